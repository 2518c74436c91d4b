/// A row that grows and shrinks at both ends.
struct Deque<Element> {
  private var storage: [Element?] = []
  private var head = 0
  /// Elements in the row.
  private(set) var count = 0

  init() {}

  init(_ elements: [Element]) {
    storage = elements
    count = elements.count
  }

  var isEmpty: Bool { count == 0 }

  private func place(_ index: Int) -> Int {
    let place = head &+ index
    return place >= storage.count ? place &- storage.count : place
  }

  /// The element at an index inside the row.
  subscript(index: Int) -> Element? {
    get { storage[place(index)] }
    set { storage[place(index)] = newValue }
  }

  mutating func append(_ element: Element) {
    grow()
    storage[place(count)] = element
    count &+= 1
  }

  mutating func prepend(_ element: Element) {
    grow()
    head = head == 0 ? storage.count &- 1 : head &- 1
    storage[head] = element
    count &+= 1
  }

  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = storage[head]
    storage[head] = nil
    head = place(1)
    count &-= 1
    return element
  }

  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count &-= 1
    let last = place(count)
    let element = storage[last]
    storage[last] = nil
    return element
  }

  /// The elements, in order.
  var array: [Element] { (0..<count).compactMap { self[$0] } }

  private mutating func grow() {
    guard count == storage.count else { return }
    var larger = [Element?](repeating: nil, count: max(4, count &* 2))
    for index in 0..<count { larger[index] = self[index] }
    storage = larger
    head = 0
  }
}
