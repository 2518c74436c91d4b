import RDB
import Testing

@testable import AOF

@Suite("Manifests")
struct ManifestTests {
  private func manifest(_ text: String) throws -> Manifest {
    try Array(text.utf8).withRawSpan { bytes throws(ManifestError) in try Manifest(bytes) }
  }

  private func reason(_ text: String) -> ManifestError.Reason? {
    do {
      _ = try manifest(text)
      return nil
    } catch let error as ManifestError {
      return error.reason
    } catch {
      return nil
    }
  }

  @Test("files are told by kind, and the base is loaded first wherever its line stands")
  func kinds() throws {
    let read = try manifest(
      "# comment\nfile a.2.incr.aof seq 2 type i startoffset 7\nfile a.1.incr.aof seq 1 type h\n"
        + "file a.2.base.rdb seq 2 type b\nfile a.5.incr.aof seq 5 type i endoffset 9\n")
    let names = read.loaded.map { String(decoding: $0.name, as: UTF8.self) }
    #expect(names == ["a.2.base.rdb", "a.2.incr.aof", "a.5.incr.aof"])
    #expect(read.entries.count == 4)
    #expect(read.loaded[1].startOffset == 7)
    #expect(read.loaded[2].endOffset == 9)
  }

  @Test("quoted names are unescaped")
  func quotes() throws {
    let read = try manifest("file \"my \\\"log\\\" \\xd0\\xba\\t'x'.aof\" seq 1 type i\n")
    #expect(read.entries[0].name == Array("my \"log\" к\t'x'.aof".utf8))
    let single = try manifest("file 'a \\' b' seq 1 type i\n")
    #expect(single.entries[0].name == Array("a ' b".utf8))
  }

  @Test("what servers let pass is let pass")
  func lenience() throws {
    let read = try manifest("FILE a SEQ 1 TYPE b\r\nfile b seq 3 type i new 4\r\n")
    #expect(read.entries.map(\.sequence) == [1, 3])
  }

  @Test(
    "what servers refuse is refused",
    arguments: [
      ("", ManifestError.Reason.empty), ("# only\n", .empty), ("\n", .form),
      ("file a seq 1 type b", .longLine), ("file a seq 1 type b\n\0\n", .longLine),
      ("file a seq 1\n", .form), ("file a seq 1 type x\n", .form), ("file a seq\n", .form),
      ("file \"a seq 1 type b\n", .form), ("file a seq 0 type b\n", .form),
      ("file ../a seq 1 type b\n", .path),
      ("file a seq 1 type b\nfile b seq 2 type b\n", .secondBase),
      ("file a seq 2 type i\nfile b seq 2 type i\n", .order),
      ("file a seq 2 type i\nfile b seq 1 type i\n", .order),
    ])
  func refusals(text: String, expected: ManifestError.Reason) {
    #expect(reason(text) == expected)
  }

  @Test("a line that never ends is refused")
  func longLine() {
    #expect(reason("file \(String(repeating: "a", count: 2000)) seq 1 type b\n") == .longLine)
  }
}
