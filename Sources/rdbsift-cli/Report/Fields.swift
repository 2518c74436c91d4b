// Values with names for programs and titles for people, both from one list:
//
//   ["size": .bytes(12).shown, "db": .number(0), "such as": .textOnly(.text("a, b"))]
//
// A program gets `size` and `db`; people see the titles `size` and `such as`.

/// One value with its name and its title.
struct Field: Sendable {
  /// The member's name; without one, programs do not get the value.
  let name: StaticString?
  /// The title; without one, people do not see the value.
  let title: String?
  let value: Value
  /// The value as people see it.
  let visible: Value

  init(_ name: StaticString?, title: String?, _ value: Value, as visible: Value? = nil) {
    self.name = name
    self.title = title
    self.value = value
    self.visible = visible ?? value
  }

  init(_ name: StaticString, _ value: Value) {
    switch value {
    case .titled(let value, let title, let visible):
      self.init(name, title: title ?? Field.words(name), value, as: visible)
    case .textOnly(let value): self.init(nil, title: "\(name)", value)
    default: self.init(name, title: nil, value)
    }
  }

  /// A field that only people see.
  init(title: String, _ value: Value) { self.init(nil, title: title, value) }

  /// A name in words, without its unit: `restore time` for `restore_time_ms`.
  private static func words(_ name: StaticString) -> String {
    var words = "\(name)".split(separator: "_")
    if words.last == "ms" { words.removeLast() }
    return words.joined(separator: " ")
  }
}

/// Fields in order.
struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  var list: [Field]

  init(_ fields: [Field] = []) { list = fields }
  init(_ members: [(StaticString, Value)]) { list = members.map { Field($0, $1) } }
  init(dictionaryLiteral members: (StaticString, Value)...) { self.init(members) }

  static func + (one: Fields, other: Fields) -> Fields { Fields(one.list + other.list) }

  /// The fields that programs get, only for them.
  var dataOnly: Fields {
    Fields(list.compactMap { field in field.name.map { Field($0, title: nil, field.value) } })
  }

  /// The fields that people see, only for them.
  var textOnly: Fields {
    Fields(list.map { Field(nil, title: $0.title, $0.visible) })
  }
}
