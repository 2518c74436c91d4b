import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("tar")
struct TarTests {
  private let one = Array("REDIS0011 one".utf8)
  private let two = Array("VALKEY080 two".utf8)

  /// The members of an archive that comes from memory; nil if it is none.
  private func members(_ bytes: [UInt8]) throws -> [Archive.Member]? {
    let opened = try Unpacker.opening(
      MemoryStream(bytes), Unpacker.Options(), FileManager.default.temporaryDirectory.path)
    guard case .archive(let archive) = opened else { return nil }
    return archive.members
  }

  private func name(_ member: Archive.Member) -> String {
    String(decoding: member.name, as: UTF8.self)
  }

  private func unpack(_ bytes: [UInt8], member: TarMember) -> Unpacked {
    var options = Unpacker.Options()
    options.member = member
    return StorageTests.unpack(bytes, options)
  }

  @Test("the members that are backups are listed, whatever they are called")
  func listing() throws {
    let archive = Packed.tar([
      .init("dir/", [], type: UInt8(ascii: "5")), .init("notes.rdb", Array("no backup".utf8)),
      .init("a", one), .init("b.txt", Packed.gzip(two)), .init("empty.rdb", []),
    ])
    for packed in [archive, Packed.gzip(archive), Packed.lz4(Packed.gzip(archive))] {
      let found = try #require(try members(packed))
      #expect(found.map(name) == ["a", "b.txt"])
      // In any order, and more than once.
      for index in [1, 0, 1] {
        let unpacker = try Unpacker(found[index].part, Unpacker.Options())
        #expect(read(unpacker).bytes == [one, two][index])
      }
    }
    #expect(try members(Packed.gzip(one)) == nil)
  }

  @Test("a member is chosen by its name")
  func choice() {
    let archive = Packed.tar([.init("x/one.rdb", one), .init("x/two.rdb", two)])
    #expect(unpack(archive, member: .named(Array("x/two.rdb".utf8))).bytes == two)
    #expect(unpack(Packed.gzip(one), member: .named(Array("x".utf8))).reason == .noArchive)
    #expect(unpack(archive, member: .named(Array("x".utf8))).reason == .noMember)
    #expect(unpack(Packed.tar([.init("x", [1])]), member: .only).reason == .noMember)
  }

  @Test("long names are told in each of three ways", arguments: Packed.TarForm.allCases)
  func longNames(form: Packed.TarForm) throws {
    let name = "backups/of/the/cluster/" + String(repeating: "shard-", count: 15) + "/dump.rdb"
    let archive = Packed.tar([.init(name, one), .init("short", two)], form)
    let found = try #require(try members(archive))
    #expect(found.map(self.name) == [name, "short"])
    #expect(unpack(archive, member: .named(Array(name.utf8))).bytes == one)
  }

  @Test("several backups where one was to be the only one are an error at the end")
  func several() {
    let archive = Packed.tar([.init("one", one), .init("readme", [1]), .init("two", two)])
    let result = unpack(archive, member: .only)
    #expect(result.bytes == one)
    #expect(result.reason == .severalMembers([Array("one".utf8), Array("two".utf8)]))
  }

  @Test("a header whose sum is wrong ends the archive, with its place")
  func badSum() {
    var archive = Packed.tar([.init("one", one), .init("two", two)])
    archive[1024 + 3] ^= 1
    let result = unpack(archive, member: .named(Array("one".utf8)))
    #expect(result.bytes == one)
    #expect(result.reason == .badHeader)
    #expect(result.damage?.offset == 1024)
  }

  @Test("an archive without its last zeros is whole; within a member it is cut")
  func cut() {
    let archive = Packed.tar([.init("one", [UInt8](repeating: 82, count: 600))])
    #expect(unpack(Array(archive[..<1536]), member: .named(Array("one".utf8))).error == nil)
    let result = unpack(Array(archive[..<1000]), member: .named(Array("one".utf8)))
    #expect(result.bytes.count == 488)
    #expect(result.reason == .truncated)
    #expect(result.damage?.offset == 1000)
  }

  @Test("what is wrong with an archive belongs to the last member that was found")
  func damaged() throws {
    let archive = Packed.tar([
      .init("one", one),
      .init("two", Array("REDIS0011".utf8) + [UInt8](repeating: 82, count: 3000)),
    ])
    for (bytes, reason) in [
      (Array(archive[..<2000]), ContainerError.Reason.truncated),
      (Array(Packed.gzip(archive, level: 0)[..<2000]), .truncated),
      (Packed.lz4(Array(archive[..<3000])), .truncated),
    ] {
      let found = try #require(try members(bytes))
      try #require(found.map(name) == ["one", "two"])
      #expect(read(try Unpacker(found[0].part, Unpacker.Options())).error == nil)
      let second = read(try Unpacker(found[1].part, Unpacker.Options()))
      #expect(second.reason == reason && second.bytes.count >= 400)
    }
  }

  @Test("numbers are octal or 256-ary, and too large ones are none")
  func numbers() {
    #expect(TarHeader.number(Array("00000000017\0".utf8)[...]) == 15)
    #expect(TarHeader.number(Array("    17 \0".utf8)[...]) == 15)
    #expect(TarHeader.number([0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5]) == (1 << 32) + 5)
    #expect(
      TarHeader.number([0x80, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == nil)
    #expect(TarHeader.number([0xff, 0, 0, 1][...]) == nil)
    #expect(TarHeader.number(Array("98".utf8)[...]) == nil)
  }
}
