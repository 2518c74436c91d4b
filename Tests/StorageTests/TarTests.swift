import TestSupport
import Testing

@testable import Storage

@Suite("tar")
struct TarTests {
  private let one = Array("REDIS0011 one".utf8)
  private let two = Array("VALKEY080 two".utf8)

  private func members(_ bytes: [UInt8]) throws -> Unpacker.Members? {
    try Unpacker.members(of: ArrayStream(bytes), Unpacker.Options())
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
      let found = try #require(try members(packed)).found
      #expect(found.map(\.place) == [2, 3])
      #expect(found.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "b.txt"])
    }
    #expect(try members(Packed.gzip(one)) == nil)
  }

  @Test("a member is chosen by its name or its place")
  func choice() {
    let archive = Packed.tar([.init("x/one.rdb", one), .init("x/two.rdb", two)])
    #expect(unpack(archive, member: .named(Array("x/two.rdb".utf8))).bytes == two)
    #expect(unpack(archive, member: .at(0)).bytes == one)
    #expect(unpack(archive, member: .named(Array("x".utf8))).reason == .noMember)
    #expect(unpack(Packed.tar([.init("x", [1])]), member: .only).reason == .noMember)
  }

  @Test("long names are told in each of three ways", arguments: Packed.TarForm.allCases)
  func longNames(form: Packed.TarForm) throws {
    let name = "backups/of/the/cluster/" + String(repeating: "shard-", count: 15) + "/dump.rdb"
    let archive = Packed.tar([.init(name, one), .init("short", two)], form)
    let found = try #require(try members(archive)).found
    #expect(found.map { String(decoding: $0.name, as: UTF8.self) } == [name, "short"])
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
    let result = unpack(archive, member: .at(0))
    #expect(result.bytes == one)
    #expect(result.reason == .badHeader)
    #expect(result.damage?.offset == 1024)
  }

  @Test("an archive without its last zeros is whole; within a member it is cut")
  func cut() {
    let archive = Packed.tar([.init("one", [UInt8](repeating: 82, count: 600))])
    #expect(unpack(Array(archive[..<1536]), member: .at(0)).error == nil)
    let result = unpack(Array(archive[..<1000]), member: .at(0))
    #expect(result.bytes.count == 488)
    #expect(result.reason == .cut)
    #expect(result.damage?.offset == 1000)
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
