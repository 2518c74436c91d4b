// An open file descriptor, closed when its owner is destroyed.

struct FileDescriptor: ~Copyable, Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    SystemCalls.close(number)
  }
}
