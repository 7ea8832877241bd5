# SPDX-License-Identifier: GPL-2.0-only
"""The cpio archive ("newc") that a kernel unpacks as its first root.

A path that is added twice is unpacked twice: the later one wins. That is how overlays work.
"""

import os
import stat


class Archive:
    """Writes an archive to a binary stream, folders before what is in them."""

    def __init__(self, stream):
        self._stream = stream
        self._folders = set()
        self._inode = 0

    def folder(self, path, mode=0o755):
        """Adds the folder `path` and those above it, once."""
        path = path.strip("/")
        if not path or path in self._folders:
            return
        self.folder(os.path.dirname(path))
        self._folders.add(path)
        self._entry(path, stat.S_IFDIR | mode, b"")

    def data(self, path, content, mode=0o644):
        """Adds a file with the bytes `content`."""
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFREG | mode, content)

    def link(self, path, target):
        """Adds a symbolic link."""
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFLNK | 0o777, os.fsencode(target))

    def file(self, path, source):
        """Adds the file `source`, following links, with its permissions."""
        with open(source, "rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            self.data(path, stream.read(), mode)

    def tree(self, path, source):
        """Adds all that is below the folder `source` under `path`, links as links."""
        for folder, folders, files in os.walk(source):
            inside = os.path.join(path, os.path.relpath(folder, source))
            inside = os.path.normpath(inside).strip("/").removeprefix(".")
            self.folder(inside, stat.S_IMODE(os.stat(folder).st_mode))
            for name in sorted(folders + files):
                full = os.path.join(folder, name)
                if os.path.islink(full):
                    self.link(os.path.join(inside, name), os.readlink(full))
                elif os.path.isfile(full):
                    self.file(os.path.join(inside, name), full)

    def close(self):
        """Ends the archive; the stream stays open."""
        self._entry("TRAILER!!!", 0, b"")

    def _entry(self, path, mode, content):
        name = os.fsencode(path.strip("/")) + b"\0"
        self._inode += 1
        fields = (self._inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self._stream.write(header + name + bytes(-(len(header) + len(name)) % 4))
        self._stream.write(content)
        self._stream.write(bytes(-len(content) % 4))
