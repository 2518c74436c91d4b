import Foundation
import Storage
import Testing

@Suite("OutputFile")
struct OutputFileTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func refusal(writing path: String, inputs: [FileIdentity] = []) -> SystemError.Reason? {
    do {
      _ = try OutputFile(path, inputs: inputs)
      return nil
    } catch {
      #expect(error.path == path)
      return error.reason
    }
  }

  @Test("a committed file has the bytes, for its owner only, and nothing else is left")
  func committed() throws {
    let path = directory.file("out")
    var output = try OutputFile(path, inputs: [])
    try write([1, 2], to: &output)
    try write([], to: &output)
    try write([3], to: &output)
    #expect(try directory.names.allSatisfy { $0.hasPrefix(".out.") && $0.hasSuffix(".tmp") })
    try output.commit()
    #expect(try contents(path) == [1, 2, 3])
    #expect(try mode(path) == 0o600)
    #expect(try directory.names == ["out"])
  }

  @Test("until the commit an existing target keeps its bytes")
  func replacing() throws {
    let path = try directory.make("out", [9])
    var output = try OutputFile(path, inputs: [])
    try write([1], to: &output)
    #expect(try contents(path) == [9])
    try output.commit()
    #expect(try contents(path) == [1])
    #expect(try mode(path) == 0o600)
  }

  @Test("a file that is not committed leaves nothing behind")
  func abandoned() throws {
    do {
      var output = try OutputFile(directory.file("out"), inputs: [])
      try write([1, 2, 3], to: &output)
      #expect(try directory.names.count == 1)
    }
    #expect(try directory.names.isEmpty)
  }

  @Test("a large write arrives whole")
  func large() throws {
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
    var output = try OutputFile(directory.file("out"), inputs: [])
    try write(content, to: &output)
    try output.commit()
    let isWhole = try contents(directory.file("out")) == content
    #expect(isWhole)
  }

  @Test("the input is refused under its own name")
  func ontoInput() throws {
    let path = try directory.make("in", [1])
    let identity = try InputFile(path).identity
    #expect(refusal(writing: path, inputs: [identity]) == .outputIsInput)
    #expect(try directory.names == ["in"])
    #expect(try contents(path) == [1])
  }

  @Test("the input is refused under another name")
  func ontoHardLink() throws {
    let path = try directory.make("in", [1])
    try FileManager.default.linkItem(atPath: path, toPath: directory.file("other"))
    let identity = try InputFile(path).identity
    #expect(refusal(writing: directory.file("other"), inputs: [identity]) == .outputIsInput)
  }

  @Test("the input is refused through a symbolic link")
  func ontoSymbolicLink() throws {
    let path = try directory.make("in", [1])
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "in")
    let identity = try InputFile(path).identity
    #expect(refusal(writing: link, inputs: [identity]) == .outputIsInput)
  }

  @Test("a target that is a link stays one, and the file behind it is replaced")
  func throughLink() throws {
    let path = try directory.make("real", [9])
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
    var output = try OutputFile(link, inputs: [])
    try write([1], to: &output)
    try output.commit()
    #expect(try contents(path) == [1])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real")
  }

  @Test("a link that leads nowhere is refused")
  func danglingLink() throws {
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nothing")
    let error = try #require(throws: SystemError.self) { _ = try OutputFile(link, inputs: []) }
    #expect(error.isNotFound)
  }

  @Test("a directory is refused")
  func ontoDirectory() {
    #expect(refusal(writing: directory.path) == .isDirectory)
  }

  @Test("a device is refused")
  func ontoDevice() {
    #expect(refusal(writing: "/dev/null") == .isDevice)
  }

  @Test("a directory that is not there is an error that names the target")
  func missingDirectory() throws {
    let path = directory.file("no/such/out")
    let error = try #require(throws: SystemError.self) { _ = try OutputFile(path, inputs: []) }
    #expect(error.isNotFound)
    #expect(error.path == path)
    #expect(error.message == "cannot create: No such file or directory")
  }

  @Test("a directory that vanishes before the commit is an error, and no file is left")
  func vanishingDirectory() throws {
    let inner = directory.file("inner")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    let output = try OutputFile(inner + "/out", inputs: [])
    try FileManager.default.removeItem(atPath: inner)
    do {
      try output.commit()
      Issue.record("the commit went through")
    } catch {
      #expect(error.action == .rename)
      #expect(error.isNotFound)
    }
    #expect(try directory.names.isEmpty)
  }

  @Test("a name of the greatest length still has room for a temporary name")
  func longName() throws {
    let name = String(repeating: "é", count: 127)
    let output = try OutputFile(directory.file(name), inputs: [])
    try output.commit()
    #expect(try directory.names.map(\.utf8.count) == [254])
  }

  @Test("a bare name is written into the working directory")
  func bareName() throws {
    let name = "rdbsift-test-\(UUID().uuidString)"
    let output = try OutputFile(name, inputs: [])
    try output.commit()
    defer { try? FileManager.default.removeItem(atPath: name) }
    #expect(try contents(name).isEmpty)
  }
}
