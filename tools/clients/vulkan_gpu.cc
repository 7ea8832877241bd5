// SPDX-License-Identifier: GPL-2.0-only
#include "vulkan_gpu.h"

#include <algorithm>
#include <cstring>

#include "ktap.h"

namespace vulkan {

namespace {

constexpr std::uint32_t vendor_qualcomm = 0x5143;

template <typename Item, typename Enumerate>
std::vector<Item> all(Enumerate enumerate)
{
	std::uint32_t count = 0;
	enumerate(&count, static_cast<Item *>(nullptr));
	std::vector<Item> items(count);
	enumerate(&count, items.data());
	items.resize(count);
	return items;
}

} // namespace

void check(VkResult result, const char *what)
{
	if (result != VK_SUCCESS)
		throw ktap::Failure(std::format("{} gave {}", what, static_cast<int>(result)));
}

Gpu::Gpu()
{
	const VkApplicationInfo application{
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.pNext = nullptr,
		.pApplicationName = "vkcheck",
		.applicationVersion = 1,
		.pEngineName = nullptr,
		.engineVersion = 0,
		.apiVersion = VK_API_VERSION_1_1,
	};
	VkInstanceCreateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
	info.pApplicationInfo = &application;
	check(vkCreateInstance(&info, nullptr, &instance_), "vkCreateInstance");
	pick_physical_device();
	pick_queue_family();
	make_device();
}

Gpu::~Gpu()
{
	if (device_) {
		vkDeviceWaitIdle(device_);
		for (VkSemaphore semaphore : semaphores_)
			vkDestroySemaphore(device_, semaphore, nullptr);
		vkDestroyCommandPool(device_, pool_, nullptr);
		vkDestroyDevice(device_, nullptr);
	}
	vkDestroyInstance(instance_, nullptr);
}

void Gpu::pick_physical_device()
{
	for (VkPhysicalDevice candidate : all<VkPhysicalDevice>([this](auto *count, auto *items) {
		     check(vkEnumeratePhysicalDevices(instance_, count, items),
			   "vkEnumeratePhysicalDevices");
	     })) {
		VkPhysicalDeviceProperties properties;
		vkGetPhysicalDeviceProperties(candidate, &properties);
		if (properties.vendorID == vendor_qualcomm) {
			physical_ = candidate;
			limits_ = properties.limits;
			name_ = std::format("{}, Vulkan {}.{}", properties.deviceName,
					    VK_API_VERSION_MAJOR(properties.apiVersion),
					    VK_API_VERSION_MINOR(properties.apiVersion));
			return;
		}
	}
	throw ktap::Failure("no Qualcomm device");
}

void Gpu::pick_queue_family()
{
	const auto families = all<VkQueueFamilyProperties>([this](auto *count, auto *items) {
		vkGetPhysicalDeviceQueueFamilyProperties(physical_, count, items);
	});
	const auto graphics = std::ranges::find_if(families, [](const auto &family) {
		return family.queueFlags & VK_QUEUE_GRAPHICS_BIT;
	});
	ktap::expect(graphics != families.end(), "no graphics queue");
	family_ = static_cast<std::uint32_t>(graphics - families.begin());
	timestamp_bits_ = graphics->timestampValidBits;
}

void Gpu::make_device()
{
	const auto extensions = all<VkExtensionProperties>([this](auto *count, auto *items) {
		vkEnumerateDeviceExtensionProperties(physical_, nullptr, count, items);
	});
	timeline_ = std::ranges::any_of(extensions, [](const auto &extension) {
		return !std::strcmp(extension.extensionName,
				    VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME);
	});

	const float priority = 1;
	VkDeviceQueueCreateInfo queue{};
	queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
	queue.queueFamilyIndex = family_;
	queue.queueCount = 1;
	queue.pQueuePriorities = &priority;

	VkPhysicalDeviceTimelineSemaphoreFeatures timeline{};
	timeline.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES;
	timeline.timelineSemaphore = VK_TRUE;
	const char *name = VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME;

	VkDeviceCreateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
	info.pNext = timeline_ ? &timeline : nullptr;
	info.queueCreateInfoCount = 1;
	info.pQueueCreateInfos = &queue;
	info.enabledExtensionCount = timeline_;
	info.ppEnabledExtensionNames = &name;
	check(vkCreateDevice(physical_, &info, nullptr, &device_), "vkCreateDevice");
	vkGetDeviceQueue(device_, family_, 0, &queue_);

	VkCommandPoolCreateInfo pool{};
	pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
	pool.queueFamilyIndex = family_;
	check(vkCreateCommandPool(device_, &pool, nullptr, &pool_), "vkCreateCommandPool");
}

std::uint32_t Gpu::mappable(std::uint32_t bits) const
{
	constexpr VkMemoryPropertyFlags wanted =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	VkPhysicalDeviceMemoryProperties memory;

	vkGetPhysicalDeviceMemoryProperties(physical_, &memory);
	for (std::uint32_t i = 0; i < memory.memoryTypeCount; i++)
		if ((bits >> i & 1) && (memory.memoryTypes[i].propertyFlags & wanted) == wanted)
			return i;
	throw ktap::Failure("no memory that the CPU sees");
}

VkCommandBuffer Gpu::record(const Record &commands)
{
	VkCommandBufferAllocateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
	info.commandPool = pool_;
	info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
	info.commandBufferCount = 1;
	VkCommandBuffer buffer;
	check(vkAllocateCommandBuffers(device_, &info, &buffer), "vkAllocateCommandBuffers");

	VkCommandBufferBeginInfo begin{};
	begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
	check(vkBeginCommandBuffer(buffer, &begin), "vkBeginCommandBuffer");
	commands(buffer);
	check(vkEndCommandBuffer(buffer), "vkEndCommandBuffer");
	return buffer;
}

void Gpu::submit(const VkSubmitInfo &info, VkFence fence)
{
	check(vkQueueSubmit(queue_, 1, &info, fence), "vkQueueSubmit");
}

void Gpu::run(const Record &commands)
{
	const VkCommandBuffer buffer = record(commands);
	VkSubmitInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
	info.commandBufferCount = 1;
	info.pCommandBuffers = &buffer;
	submit_and_wait(info);
}

void Gpu::submit_and_wait(const VkSubmitInfo &info)
{
	Fence fence(*this);

	submit(info, fence.handle());
	fence.wait();
}

VkSemaphore Gpu::semaphore(const void *type)
{
	VkSemaphoreCreateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
	info.pNext = type;
	VkSemaphore made;
	check(vkCreateSemaphore(device_, &info, nullptr, &made), "vkCreateSemaphore");
	semaphores_.push_back(made);
	return made;
}

Fence::Fence(Gpu &gpu) : gpu_(gpu)
{
	VkFenceCreateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
	check(vkCreateFence(gpu.device(), &info, nullptr, &fence_), "vkCreateFence");
}

Fence::~Fence()
{
	vkDestroyFence(gpu_.device(), fence_, nullptr);
}

void Fence::wait()
{
	check(vkWaitForFences(gpu_.device(), 1, &fence_, VK_TRUE, Gpu::patience_ns),
	      "vkWaitForFences");
}

Buffer::Buffer(Gpu &gpu, std::size_t words, std::uint32_t value) : gpu_(gpu), count_(words)
{
	VkBufferCreateInfo info{};
	info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
	info.size = bytes();
	info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
	check(vkCreateBuffer(gpu.device(), &info, nullptr, &buffer_), "vkCreateBuffer");

	VkMemoryRequirements needs;
	vkGetBufferMemoryRequirements(gpu.device(), buffer_, &needs);
	VkMemoryAllocateInfo memory{};
	memory.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
	memory.allocationSize = needs.size;
	memory.memoryTypeIndex = gpu.mappable(needs.memoryTypeBits);
	check(vkAllocateMemory(gpu.device(), &memory, nullptr, &memory_), "vkAllocateMemory");
	check(vkBindBufferMemory(gpu.device(), buffer_, memory_, 0), "vkBindBufferMemory");

	void *address;
	check(vkMapMemory(gpu.device(), memory_, 0, VK_WHOLE_SIZE, 0, &address), "vkMapMemory");
	words_ = static_cast<std::uint32_t *>(address);
	std::ranges::fill(this->words(), value);
}

Buffer::~Buffer()
{
	vkDestroyBuffer(gpu_.device(), buffer_, nullptr);
	vkFreeMemory(gpu_.device(), memory_, nullptr);
}

} // namespace vulkan
