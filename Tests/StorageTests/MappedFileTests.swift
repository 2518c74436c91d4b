import Foundation
import Storage
import Testing

@Suite("MappedFile")
struct MappedFileTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func bytes(_ mapped: borrowing MappedFile) -> [UInt8] {
    // SAFETY: the pointer is used only inside the closure.
    mapped.withBytes { (span) in unsafe span.withUnsafeBytes { unsafe [UInt8]($0) } }
  }

  @Test("the bytes are those of the file")
  func bytes() throws {
    let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let mapped = try MappedFile(directory.make("a", content))
    mapped.adviseSequential()
    let (size, read) = (mapped.file.size, bytes(mapped))
    #expect(size == content.count)
    #expect(read == content)
  }

  @Test("an empty file is an empty mapping")
  func empty() throws {
    let mapped = try MappedFile(directory.make("a", []))
    mapped.adviseSequential()
    let (isEmpty, read) = (mapped.file.isEmpty, bytes(mapped))
    #expect(isEmpty)
    #expect(read.isEmpty)
  }

  @Test("what the body throws comes out")
  func throwing() throws {
    struct Refusal: Error {}
    let mapped = try MappedFile(directory.make("a", [1]))
    #expect(throws: Refusal.self) {
      try mapped.withBytes { (_) throws(Refusal) in throw Refusal() }
    }
  }

  @Test("the mapping outlives the file's name")
  func removed() throws {
    let path = try directory.make("a", [7, 8])
    let mapped = try MappedFile(path)
    try FileManager.default.removeItem(atPath: path)
    let read = bytes(mapped)
    #expect(read == [7, 8])
  }

  @Test("a mapping can be read from several threads")
  func threads() async throws {
    let mapped = try MappedFile(directory.make("a", [UInt8](repeating: 3, count: 50_000)))
    let shared = Shared(mapped)
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          shared.mapped.withBytes { (span) in
            // SAFETY: the pointer is used only inside the closure.
            unsafe span.withUnsafeBytes { unsafe $0.reduce(0) { $0 + Int($1) } }
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [150_000, 150_000, 150_000, 150_000])
  }

  private final class Shared: Sendable {
    let mapped: MappedFile
    init(_ mapped: consuming MappedFile) { self.mapped = mapped }
  }
}
