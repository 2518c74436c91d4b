// The operating system. Interrupted calls are repeated; refused ones throw with the path and the
// action. The files SystemCalls*.swift are the only ones that import libc.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum SystemCalls {
  static let notFound = ENOENT
  static let permissionDenied = EACCES
  static let outOfSpace = [ENOSPC, EDQUOT, EFBIG]

  /// The system's message for an error number.
  static func text(ofError number: Int32) -> String {
    // SAFETY: strerror returns a C string that lives until this thread's next call, or NULL.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }

  /// Repeats a call while signals interrupt it; -1 becomes an error.
  private static func check<Result: SignedInteger>(
    _ action: SystemError.Action, _ path: String, _ call: () -> Result
  ) throws(SystemError) -> Result {
    while true {
      let result = call()
      guard result == -1 else { return result }
      let number = errno
      guard number == EINTR else { throw SystemError(.system(number), action, path) }
    }
  }
}

// MARK: - Opening and looking

extension SystemCalls {
  /// Opens a file for reading without waiting for a pipe's writer, and on Linux without changing
  /// its access time if permitted.
  static func openForReading(_ path: String) throws(SystemError) -> FileDescriptor {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    #if os(Linux)
      // Refused (EPERM) for files of other users; then the plain call decides.
      let quiet = openFile(path, flags | noAccessTime)
      if quiet >= 0 { return FileDescriptor(quiet) }
    #endif
    return FileDescriptor(try check(.open, path) { openFile(path, flags) })
  }

  /// Creates a file that must not exist, for its owner only; -1 if the name is taken.
  static func createNew(_ path: String, for target: String) throws(SystemError) -> Int32 {
    do {
      let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
      return try check(.create, target) { openFile(path, flags) }
    } catch  where error.reason == .system(EEXIST) {
      return -1
    }
  }

  /// Opens what is there already to write to it, without waiting for anything but a pipe's reader.
  static func openForWriting(_ path: String) throws(SystemError) -> FileDescriptor {
    FileDescriptor(try check(.open, path) { openFile(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) })
  }

  /// Lets one number of an open file stand for another file.
  static func redirect(
    _ descriptor: Int32, to other: Int32, _ path: String
  ) throws(SystemError) {
    _ = try check(.open, path) { dup2(other, descriptor) }
  }

  /// Opens /dev/null for the standard streams that are closed: in a way that reading standard input and
  /// writing to the others fails, as it would without.
  static func occupyStandardStreams() {
    for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number is taken, which is that of the stream.
      _ = openFile("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  private static func openFile(_ path: String, _ flags: Int32) -> Int32 {
    // SAFETY: the C string lives through the call. The mode counts only where a file is created.
    unsafe open(path, flags, 0o600)
  }

  #if os(Linux)
    // O_NOATIME, which not every C library exposes to Swift; the same on x86-64, arm64 and riscv64.
    private static var noAccessTime: Int32 { 0o1_000_000 }
  #endif

  /// Duplicates a descriptor.
  static func duplicate(_ descriptor: Int32, _ path: String) throws(SystemError) -> FileDescriptor {
    FileDescriptor(try check(.open, path) { dup(descriptor) })
  }

  /// Closes a file.
  ///
  /// A failure is ignored: what must last has been synced.
  static func close(_ descriptor: Int32) {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  /// The status of an open file.
  static func status(of descriptor: Int32, _ path: String) throws(SystemError) -> FileStatus {
    var status = stat()
    // SAFETY: the call fills a struct of its own type, which lives here.
    _ = try check(.examine, path) { unsafe fstat(descriptor, &status) }
    return FileStatus(status)
  }

  /// The status of what a path names, following links.
  static func status(at path: String) throws(SystemError) -> FileStatus {
    var status = stat()
    // SAFETY: as above; the C string lives through the call.
    _ = try check(.open, path) { unsafe stat(path, &status) }
    return FileStatus(status)
  }

  /// The status of a path itself, without following links; nil if nothing is there.
  static func linkStatus(at path: String) throws(SystemError) -> FileStatus? {
    var status = stat()
    do {
      // SAFETY: as above.
      _ = try check(.create, path) { unsafe lstat(path, &status) }
    } catch  where error.isNotFound {
      return nil
    }
    return FileStatus(status)
  }

  /// The path with all links resolved; it must exist.
  static func resolve(_ path: String) throws(SystemError) -> String {
    // SAFETY: with NULL for a buffer, realpath returns one from malloc, or NULL; it is freed here.
    guard let resolved = unsafe realpath(path, nil) else {
      throw SystemError(.system(errno), .create, path)
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

extension FileStatus {
  fileprivate init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFIFO: kind = .pipe
    case S_IFSOCK: kind = .socket
    case S_IFLNK: kind = .link
    default: kind = .device
    }
    isCharacterDevice = status.st_mode & S_IFMT == S_IFCHR
    identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      inode: UInt64(truncatingIfNeeded: status.st_ino))
    size = Int(status.st_size)
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    modifiedSeconds = Int(modified.tv_sec)
    modifiedNanoseconds = Int(modified.tv_nsec)
  }
}

// MARK: - Reading and writing

extension SystemCalls {
  /// Maps a whole file for reading.
  static func map(
    _ descriptor: Int32, count: Int, _ path: String
  ) throws(SystemError) -> UnsafeRawPointer {
    // SAFETY: the kernel chooses the place; nothing of ours is replaced.
    let place = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else {
      throw SystemError(.system(errno), .map, path)
    }
    return UnsafeRawPointer(place)
  }

  /// Unmaps a file.
  static func unmap(_ place: UnsafeRawPointer, count: Int) {
    // SAFETY: the owner of the mapping goes away with it.
    _ = unsafe munmap(UnsafeMutableRawPointer(mutating: place), count)
  }

  /// Advises the kernel that a mapping is read sequentially.
  static func adviseSequential(_ place: UnsafeRawPointer, count: Int) {
    // SAFETY: the mapping is alive; this advice changes no byte of it.
    _ = unsafe posix_madvise(
      UnsafeMutableRawPointer(mutating: place), count, POSIX_MADV_SEQUENTIAL)
  }

  /// Reads at an offset; returns how many bytes, 0 at the end of the file.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int,
    _ path: String
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer holds as many bytes as are asked for.
    try check(.read, path) {
      unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }
  }

  /// Reads from a pipe and waits for bytes.
  ///
  /// Returns 0 when all writers are gone.
  static func readNext(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, _ path: String
  ) throws(SystemError) -> Int {
    while true {
      do throws(SystemError) {
        return try check(.read, path) { unsafe readOnce(descriptor, buffer) }
      } catch  where error.reason == .system(EAGAIN) {
        try wait(for: Int16(POLLIN), descriptor, .read, path)
      }
    }
  }

  /// Waits briefly for bytes in a pipe.
  static func wait(
    milliseconds: Int32, for descriptor: Int32, _ path: String
  ) throws(SystemError) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: one request, and one is said.
    _ = try check(.read, path) { unsafe poll(&request, 1, milliseconds) }
  }

  private static func readOnce(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    // SAFETY: pointer and count are of one buffer.
    #if canImport(Glibc)
      unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// Writes all bytes in as many calls as necessary.
  static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      // SAFETY: `written` is inside the buffer, and the rest of it is what is offered.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
      do {
        written += try check(.write, path) { unsafe writeOnce(descriptor, rest) }
      } catch  where error.reason == .system(EAGAIN) {
        try wait(for: Int16(POLLOUT), descriptor, .write, path)
      } catch  where error.reason == .system(EPIPE) {
        throw SystemError(.closedPipe, .write, path)
      }
    }
  }

  /// Writes once; safe in a signal handler.
  static func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    // SAFETY: pointer and count are of one buffer.
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  // Another process that shares the terminal or pipe may have made it non-blocking.
  private static func wait(
    for events: Int16, _ descriptor: Int32, _ action: SystemError.Action, _ path: String
  ) throws(SystemError) {
    var request = pollfd(fd: descriptor, events: events, revents: 0)
    // SAFETY: one request, and one is said.
    _ = try check(action, path) { unsafe poll(&request, 1, -1) }
  }
}

// MARK: - Making it last

extension SystemCalls {
  /// Waits until the file is on the disk.
  static func sync(_ descriptor: Int32, _ path: String) throws(SystemError) {
    _ = try check(.sync, path) { fsync(descriptor) }
  }

  /// Waits until a directory is on the disk, where the file system supports that.
  static func syncDirectory(_ directory: String, for target: String) throws(SystemError) {
    let opened = try check(.sync, target) {
      openFile(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    let descriptor = FileDescriptor(opened)
    do {
      try sync(descriptor.number, target)
    } catch  where error.reason == .system(EINVAL) || error.reason == .system(ENOTSUP) {
      return
    }
  }

  /// Renames a file, replacing the target.
  static func rename(_ path: String, to target: String) throws(SystemError) {
    // SAFETY: both C strings live through the call.
    _ = try check(.rename, target) {
      #if canImport(Glibc)
        unsafe Glibc.rename(path, target)
      #elseif canImport(Musl)
        unsafe Musl.rename(path, target)
      #else
        unsafe Darwin.rename(path, target)
      #endif
    }
  }

  /// Removes a file; safe in a signal handler.
  static func remove(_ path: UnsafePointer<CChar>) {
    // SAFETY: a C string, by its type.
    _ = unsafe unlink(path)
  }
}
