// Hashes whose fields are in a template (Redis 8.10).
//
//   29          len form, fields, string: a listpack of a placeholder and the values
//   30          string: a listpack of the template's id and the values
//   31          len form, fields, as many strings
//   32          len template id, as many strings as the template has fields
//   fields      form 0: string, a listpack; form 1: len n, n strings

func walkTemplateHash<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, _ at: inout Int,
  _ scratch: inout Scratch, _ sink: inout Sink
) throws(RDBError) {
  var hash = TemplateHash()
  switch type {
  case .hashTemplateListpackRef:
    let place = at
    let values = try bytes.readString(&at)
    guard Sink.accepts(.elements) else {
      let count = headCount(values, Listpack.self, in: bytes)
      return sink.begin(.hash, count: count.map { max(0, $0 - 1) })
    }
    let id = try templateID(values, at: place, in: bytes, &scratch)
    try hash.addFields(of: id, context.templates, at: place)
    try hash.addValues(packed: values, at: place, in: bytes, &scratch)
  case .hashTemplateArrayRef:
    let place = at
    let id = try bytes.readLength(&at)
    guard let template = context.templates[id] else {
      throw RDBError(.badTemplate, at: place, number: id)
    }
    let first = at
    try bytes.skipStrings(template.fields, &at)
    guard Sink.accepts(.elements) else {
      return sink.begin(.hash, count: Int(exactly: template.fields))
    }
    try hash.addFields(of: id, context.templates, at: place)
    hash.addValues(in: bytes, from: first, to: at)
  default:
    let fields = try TemplateFields(in: bytes, &at)
    let first = at
    if type == .hashTemplateListpack {
      try bytes.skipString(&at)
    } else {
      try bytes.skipStrings(UInt64(fields.count), &at)
    }
    guard Sink.accepts(.elements) else { return sink.begin(.hash, count: fields.count) }
    try hash.addFields(fields, in: bytes, &scratch)
    if type == .hashTemplateListpack {
      var valuesAt = first
      let values = try bytes.readString(&valuesAt)
      try hash.addValues(packed: values, at: first, in: bytes, &scratch)
    } else {
      hash.addValues(in: bytes, from: first, to: at)
    }
  }
  try hash.pour(&scratch, into: &sink)
}

/// The template's id: a listpack's first entry.
private func templateID(
  _ values: StringObject, at place: Int, in bytes: RawSpan, _ scratch: inout Scratch
) throws(RDBError) -> UInt64 {
  var id: UInt64 = 0
  try withPacked(values, Listpack.self, at: place, in: bytes, &scratch) {
    blob, _, packed throws(RDBError) in
    guard case .integer(let number) = try packed.entry(in: blob, checked: false) else {
      throw RDBError(.badTemplate, at: 6)
    }
    id = UInt64(bitPattern: number)
  }
  return id
}

/// The fields of a template that are in the value itself.
struct TemplateFields {
  /// The listpack that they are, if they are one.
  var packed: StringObject?
  /// Their range.
  var first: Int
  var end: Int
  /// How many they are.
  var count: Int

  /// Steps over the fields and counts them.
  init(in bytes: RawSpan, _ at: inout Int) throws(RDBError) {
    let place = at
    switch try bytes.readLength(&at) {
    case 0:
      first = at
      let string = try bytes.readString(&at)
      guard let count = headCount(string, Listpack.self, in: bytes) else {
        throw RDBError(.badTemplate, at: place)
      }
      packed = string
      self.count = count
    case 1:
      count = try bytes.readCount(&at, eachAtLeast: 1)
      first = at
      try bytes.skipStrings(UInt64(count), &at)
    case let form: throw RDBError(.badTemplate, at: place, number: form)
    }
    end = at
  }
}

extension RawSpan {
  /// Steps over strings; each is a byte at least, so the loop ends with the bytes.
  func skipStrings(_ count: UInt64, _ at: inout Int) throws(RDBError) {
    guard count <= UInt64(truncatingIfNeeded: byteCount &- at) else {
      throw RDBError(.truncated, at: at, number: count)
    }
    for _ in 0..<count { try skipString(&at) }
  }
}
