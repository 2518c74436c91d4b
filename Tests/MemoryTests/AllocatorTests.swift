import Testing

@testable import Memory

@Suite("Allocators")
struct AllocatorTests {
  @Test(
    "jemalloc has four sizes for each doubling above 64",
    arguments: [
      (1, 8), (8, 8), (9, 16), (24, 24), (33, 40), (57, 64), (65, 80), (81, 96), (128, 128),
      (129, 160), (161, 192), (257, 320), (1025, 1280), (20_481, 24_576),
    ])
  func jemalloc(count: Int, usable: Int) {
    #expect(Allocator.jemalloc.usable(count) == usable)
  }

  @Test(
    "the packages' jemalloc rounds to 16 below 64",
    arguments: [(8, 8), (9, 16), (24, 32), (33, 48), (49, 64), (65, 80)])
  func jemalloc16(count: Int, usable: Int) {
    #expect(Allocator.jemalloc16.usable(count) == usable)
  }

  @Test(
    "glibc keeps eight bytes before each chunk and maps large ones",
    arguments: [(1, 24), (24, 24), (25, 40), (40, 40), (41, 56), (131_072, 135_152)])
  func glibc(count: Int, usable: Int) {
    #expect(Allocator.glibc.usable(count) == usable)
  }

  @Test("an allocation is never smaller than its request", arguments: Allocator.allCases)
  func isEnough(allocator: Allocator) {
    for count in 1...70_000 {
      let usable = allocator.usable(count)
      guard usable >= count, allocator.usable(usable) == usable else {
        Issue.record("\(count) bytes occupy \(usable)")
        return
      }
    }
  }
}
