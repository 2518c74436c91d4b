import TestSupport
import Testing

@testable import Storage

/// Something that looks like a backup and packs well in parts.
private func sample(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  var bytes = Array("REDIS0011".utf8)
  while bytes.count < count {
    let word = (0..<8).map { _ in UInt8.random(in: 97...104, using: &random) }
    for _ in 0..<Int.random(in: 1...4, using: &random) { bytes += word }
    if bytes.count.isMultiple(of: 3) { bytes.append(.random(in: 0...255, using: &random)) }
  }
  return Array(bytes.prefix(count))
}

@Suite("Containers")
struct ContainerTests {
  static let forms:
    [(name: String, layers: [ContainerKind], pack: @Sendable ([UInt8]) -> [UInt8])] =
      [
        ("plain", [], { $0 }),
        ("gzip", [.gzip], { Packed.gzip($0) }),
        ("stored gzip", [.gzip], { Packed.gzip($0, level: 0) }),
        (
          "gzip members", [.gzip],
          { Packed.gzip(Array($0[..<5])) + Packed.gzip([]) + Packed.gzip(Array($0[5...])) }
        ),
        ("lz4", [.lz4], { Packed.lz4($0) }),
        (
          "lz4 frames", [.lz4],
          {
            Packed.skippable([1, 2, 3]) + Packed.lz4(Array($0[..<7])) + Packed.skippable([])
              + Packed.lz4(Array($0[7...]))
          }
        ),
        ("envelope", [.envelope], { Packed.envelope($0) }),
        ("full sync", [.fullSync], { Packed.fullSync($0) }),
        ("diskless full sync", [.fullSync], { Packed.disklessFullSync($0) }),
        ("tar", [.tar], { Packed.tar([.init("README", [65]), .init("dump.rdb", $0)]) }),
        ("tar in gzip", [.gzip, .tar], { Packed.gzip(Packed.tar([.init("dump.rdb", $0)])) }),
        ("gzip in tar", [.tar, .gzip], { Packed.tar([.init("dump.rdb.gz", Packed.gzip($0))]) }),
        (
          "gzip in gzip in lz4", [.lz4, .gzip, .gzip], { Packed.lz4(Packed.gzip(Packed.gzip($0))) }
        ),
        ("full sync in lz4", [.lz4, .fullSync], { Packed.lz4(Packed.disklessFullSync($0)) }),
      ]

  @Test("what was packed comes out, whatever the steps", arguments: forms.indices)
  func roundTrip(form: Int) {
    let (name, layers, pack) = ContainerTests.forms[form]
    for count in [9, 600, 70_000] {
      let bytes = sample(count)
      let packed = pack(bytes)
      for (step, room) in [(Int.max, 100_000), (1, 3), (700, 1000)] where count < 70_000 || step > 1
      {
        let result = unpack(packed, sourceStep: step, room: room)
        let isSame = result.bytes == bytes
        #expect(isSame, "\(name), \(count) bytes, steps of \(step), \(room)")
        #expect(result.error == nil)
        #expect(result.remarks.isEmpty)
        #expect(result.layers == layers)
      }
    }
  }

  @Test("every form of an LZ4 frame is read", arguments: Packed.LZ4Form.all)
  func lz4Forms(form: Packed.LZ4Form) {
    let bytes = sample(300_000)
    let isSame = unpack(Packed.lz4(bytes, form)).bytes == bytes
    #expect(isSame)
  }

  @Test("both libraries put out the same, from steps of any size", arguments: [0, 1, 6, 9])
  func libraries(level: Int) {
    let bytes = sample(200_000, seed: UInt64(level))
    let packed = Packed.gzip(bytes, level: level)
    for (step, room) in [(Int.max, 300_000), (Int.max, 1), (1, 70_000), (4093, 33_000)] {
      guard room > 1 || level == 6 else { continue }
      for library in InflaterLibrary.allCases {
        let result = unpack(packed, sourceStep: step, room: room, options(library))
        let isSame = result.bytes == bytes
        #expect(isSame, "\(library), steps of \(step), \(room)")
        #expect(result.error == nil)
      }
    }
  }

  @Test(
    "a container that is cut gives all it had, and says where it was cut", arguments: forms.indices)
  func cut(form: Int) throws {
    let (name, layers, pack) = ContainerTests.forms[form]
    guard !layers.isEmpty else { return }
    let bytes = sample(2000)
    let packed = pack(bytes)
    // Behind the last byte that matters there is padding, which may be missing.
    let whole = layers.last == .tar && layers.count == 1 ? packed.count - 1024 : packed.count
    for count in 60..<whole where count % 7 == 0 || count > whole - 20 {
      let result = unpack(Array(packed[..<count]))
      // A beginning of an archive that is shorter than a header is anything.
      guard result.layers == layers || result.layers.isEmpty && result.error != nil else {
        continue
      }
      let isBeginning = bytes.starts(with: result.bytes)
      #expect(isBeginning, "\(name) cut at \(count)")
      // An end between members or frames cannot be told from the end.
      guard result.error != nil || result.bytes.count < bytes.count else { continue }
      guard let damage = result.damage else { continue }
      #expect([.truncated, .noMember].contains(damage.reason), "\(name) cut at \(count)")
      #expect(damage.unpacked == result.bytes.count || damage.reason == .noMember)
      if damage.layers.count == 1, damage.reason == .truncated { #expect(damage.offset <= count) }
    }
  }

  @Test("both libraries agree on what is damaged")
  func damagedDeflate() {
    var random = SeededRandom(seed: 11)
    let bytes = sample(3000)
    let packed = Packed.gzip(bytes)
    for _ in 0..<400 {
      var broken = packed
      broken[.random(in: 10..<broken.count, using: &random)] ^= .random(in: 1...255, using: &random)
      let results = InflaterLibrary.allCases.map { unpack(broken, options($0)) }
      // The trailer tells of every change: none comes through as sound.
      #expect(results.allSatisfy { $0.error != nil })
    }
  }

  @Test(
    "damaged gzip begins with the bytes that zlib gives, alike for reads of any size",
    arguments: [500, 40_000, 400_000])
  func damagedDeflateIsTheSame(size: Int) {
    var random = SeededRandom(seed: UInt64(size))
    let bytes = sample(size)
    let packed = Packed.gzip(bytes)
    for _ in 0..<(size > 100_000 ? 60 : 300) {
      var broken = packed
      let last = Bool.random(using: &random) ? min(400, broken.count) : broken.count
      broken[.random(in: 10..<last, using: &random)] ^= .random(in: 1...255, using: &random)
      let result = unpack(broken)
      let exact = unpack(broken, options(.zlib))
      let isSame = result.bytes.starts(with: exact.bytes)
      #expect(isSame && result.error != nil)
      for (step, room) in [(Int.max, 1 << 20), (1009, 33_000), (70_000, 4001)] {
        let again = unpack(broken, sourceStep: step, room: room)
        let isSameAgain = again == result
        #expect(
          isSameAgain, "\(String(describing: again.error)) \(String(describing: result.error))")
      }
    }
  }

  @Test("a distance beyond the first byte gives no byte that was not compressed")
  func distanceTooFar() {
    // One block with fixed codes: literals a and b, then a match of 3 bytes at distance 2, a match of
    // 258 bytes at distance 32,768, the end of the block.
    var bits: [Int] = [1, 1, 0]
    func code(_ value: Int, _ count: Int) {
      for bit in (0..<count).reversed() { bits.append(value >> bit & 1) }
    }
    func extra(_ value: Int, _ count: Int) {
      for bit in 0..<count { bits.append(value >> bit & 1) }
    }
    code(0x30 + 0x61, 8)
    code(0x30 + 0x62, 8)
    code(1, 7)
    code(1, 5)
    code(0xc0 + 5, 8)
    code(29, 5)
    extra(8191, 13)
    code(0, 7)
    let data = stride(from: 0, to: bits.count, by: 8).map { start in
      UInt8(bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | $1 })
    }
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    for room in [1, 3, 1000] {
      let result = unpack(header + data + [UInt8](repeating: 0, count: 40), room: room)
      #expect(result.bytes == Array("ababa".utf8))
      #expect(result.reason == .corrupt)
    }
  }

  @Test("a changed byte in an LZ4 frame with checksums does not go unseen")
  func damagedLZ4() {
    var random = SeededRandom(seed: 12)
    let bytes = sample(3000)
    var form = Packed.LZ4Form()
    form.hasBlockChecksums = true
    let packed = Packed.lz4(bytes, form)
    for place in 4..<packed.count {
      var broken = packed
      broken[place] ^= .random(in: 1...255, using: &random)
      let result = unpack(broken)
      #expect(result.error != nil, "byte \(place)")
      #expect(result.bytes.count <= 8 << 20)
    }
  }

  @Test("the trailer of gzip tells of a wrong checksum and a wrong size, with their places")
  func gzipTrailer() {
    let bytes = sample(1000)
    let packed = Packed.gzip(bytes)
    var broken = packed
    broken[packed.count - 8] ^= 1
    var result = unpack(broken)
    guard case .badChecksum(let stored, let computed)? = result.reason else {
      Issue.record("\(String(describing: result.error))")
      return
    }
    #expect(stored == computed ^ 1)
    #expect(result.damage?.offset == packed.count - 8)
    #expect(result.damage?.unpacked == 1000)
    broken = packed
    broken[packed.count - 1] ^= 1
    result = unpack(broken)
    #expect(result.reason == .badSize)
    #expect(result.damage?.offset == packed.count - 4)
    #expect(result.bytes == bytes)
  }

  @Test("every part of a gzip header is stepped over")
  func gzipHeader() {
    let bytes = sample(500)
    let data = Array(Packed.gzip(bytes).dropFirst(10))
    let header: [UInt8] = [0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]
    let parts: [UInt8] = [3, 0, 7, 7, 7] + Array("name\0comment\0".utf8) + [9, 9]
    #expect(unpack(header + parts + data).bytes == bytes)
    let reserved = unpack([0x1f, 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 3] + data)
    #expect(reserved.reason == .badHeader)
    let method = unpack([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3] + data)
    #expect(method.reason == .unsupported("a method that is not deflate"))
  }

  @Test("bytes behind a container are told of and left out; padding is not told of")
  func trailing() {
    let bytes = sample(500)
    let gzip = Packed.gzip(bytes)
    #expect(unpack(gzip + [1, 2]).remarks == [.trailingBytes(.gzip, offset: gzip.count)])
    #expect(unpack(gzip + [1, 2]).bytes == bytes)
    #expect(unpack(gzip + [UInt8](repeating: 0, count: 999)).remarks.isEmpty)
    let lz4 = Packed.lz4(bytes)
    #expect(unpack(lz4 + [1]).remarks == [.trailingBytes(.lz4, offset: lz4.count)])
    let sync = Packed.fullSync(bytes)
    #expect(
      unpack(Packed.fullSync(bytes, then: "*1\r\n")).remarks
        == [.trailingBytes(.fullSync, offset: sync.count)])
    #expect(unpack(Packed.disklessFullSync(bytes, then: "*1\r\n")).bytes == bytes)
  }

  @Test("more than is allowed ends with what is allowed")
  func limit() {
    let bytes = sample(5000)
    var options = Unpacker.Options()
    options.limit = 1234
    for packed in [Packed.gzip(bytes), Packed.lz4(bytes), Packed.fullSync(bytes)] {
      let result = unpack(packed, options)
      #expect(result.bytes == Array(bytes[..<1234]))
      #expect(result.reason == .tooLarge(limit: 1234))
    }
    options.limit = 5000
    #expect(unpack(Packed.gzip(bytes), options).error == nil)
  }

  @Test("containers in containers have an end")
  func depth() {
    var packed = sample(100)
    for _ in 0..<8 { packed = Packed.gzip(packed) }
    #expect(unpack(packed).error == nil)
    #expect(unpack(Packed.gzip(packed)).reason == .tooDeep)
  }

  @Test("forms that are not read say so")
  func unsupported() {
    let legacy: [UInt8] = [0x02, 0x21, 0x4c, 0x18, 1, 0, 0, 0, 0]
    #expect(unpack(legacy).reason == .unsupported("the old form of lz4 -l"))
    for (place, words) in [(3, "version"), (4, "codec"), (6, "contents")] {
      var packed = Packed.envelope(sample(100))
      packed[place] = 9
      #expect(unpack(packed).reason == .unsupported("\(words) 9"))
    }
  }

  @Test("the mark of a diskless full sync is found wherever it stands")
  func mark() {
    for count in 1..<200 {
      let bytes = sample(count)
      let result = unpack(Packed.disklessFullSync(bytes, then: "x"), sourceStep: 50, room: 64)
      #expect(result.bytes == bytes)
    }
    // A beginning of the mark in the data is data.
    let almost = Array("REDIS0123456789abcdef0123456789abcdef0123456x".utf8)
    #expect(unpack(Packed.disklessFullSync(almost)).bytes == almost)
  }
}
