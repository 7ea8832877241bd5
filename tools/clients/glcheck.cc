// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a GL program needs of the driver when it draws nothing: a context, buffers that are
 * uploaded, copied by the GPU and read back, fences. Without a window system: on EGL's
 * surfaceless platform. Every result is compared word by word.
 *
 *   glcheck      prints KTAP; exit status 1 if a test failed
 */
#include <iterator>
#include <memory>
#include <vector>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl32.h>

#include "ktap.h"

using ktap::expect;
using ktap::expect_words;

namespace {

constexpr std::uint64_t patience_ns = 60'000'000'000;
constexpr std::uint32_t untouched = 0x5a5a5a5a;

/* A word that tells its place. */
std::uint32_t pattern(std::size_t i)
{
	return 0xc0de0000u + static_cast<std::uint32_t>(i);
}

std::vector<std::uint32_t> patterned(std::size_t words)
{
	std::vector<std::uint32_t> data(words);

	for (std::size_t i = 0; i < words; i++)
		data[i] = pattern(i);
	return data;
}

void expect_no_gl_error()
{
	const GLenum error = glGetError();
	expect(error == GL_NO_ERROR, std::format("GL error {:#x}", error));
}

/** Context - a current GLES 3 context without a surface. */
class Context {
public:
	Context()
	{
		display_ = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY,
						 nullptr);
		expect(display_ != EGL_NO_DISPLAY, "no surfaceless display");
		check(eglInitialize(display_, nullptr, nullptr), "eglInitialize");
		check(eglBindAPI(EGL_OPENGL_ES_API), "eglBindAPI");
		const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_ES3_BIT, EGL_SURFACE_TYPE,
					 0, EGL_NONE};
		EGLConfig config;
		EGLint count = 0;
		check(eglChooseConfig(display_, wanted, &config, 1, &count) && count == 1,
		      "eglChooseConfig");
		const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_NONE};
		context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
		check(context_ != EGL_NO_CONTEXT, "eglCreateContext");
		check(eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_),
		      "eglMakeCurrent");
	}
	~Context()
	{
		eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
		if (context_ != EGL_NO_CONTEXT)
			eglDestroyContext(display_, context_);
		eglTerminate(display_);
	}
	Context(const Context &) = delete;
	Context &operator=(const Context &) = delete;

	static std::string name()
	{
		const auto text = [](GLenum which) {
			return std::string(reinterpret_cast<const char *>(glGetString(which)));
		};
		return std::format("{}, {}", text(GL_RENDERER), text(GL_VERSION));
	}

private:
	static void check(EGLBoolean good, const char *what)
	{
		expect(good, std::format("{} gave {:#x}", what, eglGetError()));
	}

	EGLDisplay display_ = EGL_NO_DISPLAY;
	EGLContext context_ = EGL_NO_CONTEXT;
};

/** Buffer - a buffer object that holds @data. */
class Buffer {
public:
	explicit Buffer(const std::vector<std::uint32_t> &data, GLenum usage = GL_STATIC_DRAW)
		: bytes_(4 * data.size())
	{
		glGenBuffers(1, &name_);
		glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
		glBufferData(GL_COPY_WRITE_BUFFER, static_cast<GLsizeiptr>(bytes_), data.data(),
			     usage);
		expect_no_gl_error();
	}
	~Buffer() { glDeleteBuffers(1, &name_); }
	Buffer(const Buffer &) = delete;
	Buffer &operator=(const Buffer &) = delete;

	/** update() - @data at word @first. */
	void update(std::size_t first, const std::vector<std::uint32_t> &data)
	{
		glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
		glBufferSubData(GL_COPY_WRITE_BUFFER, static_cast<GLintptr>(4 * first),
				static_cast<GLsizeiptr>(4 * data.size()), data.data());
		expect_no_gl_error();
	}
	/** copy_from() - all of @from, by the GPU. */
	void copy_from(const Buffer &from)
	{
		glBindBuffer(GL_COPY_READ_BUFFER, from.name_);
		glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
		glCopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER, 0, 0,
				    static_cast<GLsizeiptr>(bytes_));
		expect_no_gl_error();
	}
	/**
	 * expect_contents() - fails unless the words are what @wanted(index) gives. Waits for
	 * the GPU.
	 */
	template <typename Wanted>
	void expect_contents(Wanted wanted)
	{
		glBindBuffer(GL_COPY_READ_BUFFER, name_);
		const void *address = glMapBufferRange(
			GL_COPY_READ_BUFFER, 0, static_cast<GLsizeiptr>(bytes_), GL_MAP_READ_BIT);
		expect(address != nullptr, "glMapBufferRange gave nothing");
		const std::span words(static_cast<const std::uint32_t *>(address), bytes_ / 4);
		const std::vector<std::uint32_t> copy(words.begin(), words.end());
		glUnmapBuffer(GL_COPY_READ_BUFFER);
		expect_words(copy, wanted);
	}

private:
	GLuint name_ = 0;
	std::size_t bytes_;
};

std::string upload()
{
	Buffer buffer(patterned(50000));

	buffer.expect_contents(pattern);
	return "200000 bytes";
}

std::string copy()
{
	constexpr std::size_t words = 50000;
	Buffer from(patterned(words)), to(std::vector(words, untouched));

	to.copy_from(from);
	to.expect_contents(pattern);
	return std::format("{} bytes", 4 * words);
}

/*
 * An update of what the GPU is still reading must not be seen by the copy, and must be seen
 * after it.
 */
std::string update_in_use()
{
	constexpr std::size_t words = 30000, first = 100, count = 5000;
	Buffer from(patterned(words)), before(std::vector(words, untouched)),
		after(std::vector(words, untouched));

	before.copy_from(from);
	from.update(first, std::vector(count, 7u));
	after.copy_from(from);
	before.expect_contents(pattern);
	after.expect_contents(
		[&](std::size_t i) { return i >= first && i < first + count ? 7u : pattern(i); });
	return "";
}

std::string fence()
{
	constexpr std::size_t words = 20000;
	Buffer from(patterned(words)), to(std::vector(words, untouched));

	to.copy_from(from);
	const GLsync sync = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
	expect(sync != nullptr, "no fence");
	const GLenum result = glClientWaitSync(sync, GL_SYNC_FLUSH_COMMANDS_BIT, patience_ns);
	glDeleteSync(sync);
	expect(result == GL_CONDITION_SATISFIED || result == GL_ALREADY_SIGNALED,
	       std::format("waiting for the fence gave {:#x}", result));
	to.expect_contents(pattern);
	return "";
}

std::string finish()
{
	constexpr std::size_t words = 1000;
	Buffer from(patterned(words)), to(std::vector(words, untouched));

	to.copy_from(from);
	glFinish();
	expect_no_gl_error();
	to.expect_contents(pattern);
	return "";
}

/*
 * Buffers come and go, so that their memory is used again, from the driver's cache and from the
 * kernel.
 */
std::string reuse()
{
	constexpr unsigned rounds = 30;

	for (unsigned round = 0; round < rounds; round++) {
		const std::size_t words = 5000 + 1000 * (round % 3);
		Buffer from(std::vector<std::uint32_t>(words, round)),
			to(std::vector(words, untouched));
		to.copy_from(from);
		to.expect_contents([&](std::size_t) { return round; });
	}
	return std::format("{} pairs of buffers", rounds);
}

struct Test {
	const char *name;
	std::string (*run)();
};

constexpr Test tests[] = {
	{"upload and read back", upload},
	{"copy by the GPU", copy},
	{"update of a buffer in use", update_in_use},
	{"fence", fence},
	{"finish", finish},
	{"memory freed and used again", reuse},
};

} // namespace

int main()
{
	ktap::Report report(1 + std::size(tests));
	std::unique_ptr<Context> context;

	report.run("context", [&] {
		auto made = std::make_unique<Context>();
		const std::string name = Context::name();
		/* Mesa would rather render on the CPU than not at all. */
		expect(name.contains("FD") || name.contains("Adreno"), name + " is no Adreno");
		context = std::move(made);
		return name;
	});
	for (const Test &test : tests)
		report.run(test.name, [&] {
			expect(context != nullptr, "no context");
			return test.run();
		});
	return report.exit_status();
}
