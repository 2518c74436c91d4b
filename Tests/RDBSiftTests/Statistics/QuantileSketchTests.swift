import Testing

@testable import RDBSift

@Suite("Quantile sketches")
struct QuantileSketchTests {
  @Test("quantiles are within the stated error of the exact ones")
  func error() {
    var sketch = QuantileSketch()
    let numbers = (0..<10_000).map { ($0 * $0 * 7919) % 5_000_003 }
    for number in numbers { sketch.add(number) }
    let sorted = numbers.sorted()
    for part in [0.01, 0.5, 0.9, 0.99, 1] {
      let exact = sorted[Int((Double(sorted.count) * part).rounded(.up)) - 1]
      let found = sketch.quantile(part)
      #expect(abs(Double(found - exact)) <= QuantileSketch.error * Double(exact) + 0.5)
    }
  }

  @Test("merging is the same as adding")
  func merging() {
    var (whole, one, other) = (QuantileSketch(), QuantileSketch(), QuantileSketch())
    for number in 0..<5000 {
      whole.add(number * 3)
      if number % 3 == 0 { one.add(number * 3) } else { other.add(number * 3) }
    }
    one.merge(other)
    #expect(one.count == whole.count)
    #expect(one.most == whole.most)
    for part in [0.1, 0.5, 0.9] { #expect(one.quantile(part) == whole.quantile(part)) }
  }

  @Test("a sketch without numbers has zeros")
  func empty() { #expect(QuantileSketch().quantile(0.5) == 0) }
}
