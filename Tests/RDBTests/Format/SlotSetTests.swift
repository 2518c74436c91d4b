import RDB
import TestSupport
import Testing

@Suite("A set of slots")
struct SlotSetTests {
  @Test("holds what was put in, and nothing else, at every place")
  func membership() throws {
    var random = SeededRandom(seed: 41)
    var slots = SlotSet()
    var twin: Set<UInt16> = [0, 63, 64, 16383]
    for _ in 0..<500 { twin.insert(UInt16(random.below(HashSlot.count))) }
    for number in twin { slots.insert(try #require(HashSlot(rawValue: number))) }
    #expect(slots.count == twin.count)
    for number in 0..<UInt16(HashSlot.count) {
      let slot = try #require(HashSlot(rawValue: number))
      #expect(slots.contains(slot) == twin.contains(number))
    }
  }

  @Test("tells ranges that make the same set, and no two of which touch")
  func ranges() {
    let ranges: [ClosedRange<UInt16>] = [0...0, 2...63, 65...127, 200...5460, 16383...16383]
    let slots = SlotSet(ranges)
    #expect(slots.ranges == ranges)
    #expect(slots.complement.ranges == [1...1, 64...64, 128...199, 5461...16382])
    #expect(SlotSet().ranges.isEmpty && SlotSet().isEmpty)
    #expect(SlotSet().complement.ranges == [0...16383])
  }

  @Test("unites and meets as sets do")
  func algebra() {
    var low = SlotSet([0...8191])
    let high = SlotSet([8000...16383])
    #expect(low.intersection(high).ranges == [8000...8191])
    low.formUnion(high)
    #expect(low.count == HashSlot.count)
  }
}
