// An open file's number, closed when its owner goes away.

struct FileDescriptor: ~Copyable, Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    SystemCalls.close(number)
  }
}
