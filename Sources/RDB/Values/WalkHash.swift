// Hashes whose fields have deadlines or share a template, stepped over.
//
//   22 Redis    len n, n × (len expiry, string, string)
//   22 Valkey   len n, n × (string, string, int64 expiry)
//   23 Redis    string: a listpack of field, value, expiry
//   24          int64 least expiry, len n, n × (len expiry, string, string)
//   25          int64 least expiry, string: a listpack of field, value, expiry
//   29          len form, fields, string: a listpack of a placeholder and the values
//   30          string: a listpack of the template's id and the values
//   31          len form, fields, as many strings
//   32          len template id, as many strings as the template has fields
//   fields      form 0: string, a listpack; form 1: len n, n strings

func walkExpiringHash<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ dialect: RDBDialect, in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
) throws(RDBError) {
  if dialect == .valkey {
    let count = try bytes.readCount(&at, eachAtLeast: 10)
    sink.begin(.hash, count: count)
    for _ in 0..<count {
      try bytes.skipString(&at)
      try bytes.skipString(&at)
      _ = try bytes.take(8, &at)
    }
    return
  }
  if type.rawValue >= 24 { _ = try bytes.take(8, &at) }
  guard type.rawValue == 22 || type.rawValue == 24 else {
    let triples = try bytes.readString(&at)
    sink.begin(.hash, count: headCount(triples, Listpack.self, in: bytes).map { $0 / 3 })
    return
  }
  let count = try bytes.readCount(&at, eachAtLeast: 3)
  sink.begin(.hash, count: count)
  for _ in 0..<count {
    _ = try bytes.readLength(&at)
    try bytes.skipString(&at)
    try bytes.skipString(&at)
  }
}

func walkTemplateHash<Sink: ValueSink & ~Copyable>(
  _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, _ at: inout Int,
  _ sink: inout Sink
) throws(RDBError) {
  switch type.rawValue {
  case 30:
    let values = try bytes.readString(&at)
    sink.begin(.hash, count: headCount(values, Listpack.self, in: bytes).map { max(0, $0 - 1) })
  case 32:
    let place = at
    let id = try bytes.readLength(&at)
    guard let fields = context.templates[id] else {
      throw RDBError(.badTemplate, at: place, number: id)
    }
    try bytes.skipStrings(fields, &at)
    sink.begin(.hash, count: Int(exactly: fields))
  default:
    let fields = try readTemplateFields(in: bytes, &at)
    if type.rawValue == 29 {
      try bytes.skipString(&at)
    } else {
      try bytes.skipStrings(UInt64(fields), &at)
    }
    sink.begin(.hash, count: fields)
  }
}

/// Steps over a template's fields and counts them.
private func readTemplateFields(in bytes: RawSpan, _ at: inout Int) throws(RDBError) -> Int {
  let place = at
  switch try bytes.readLength(&at) {
  case 0:
    let fields = try bytes.readString(&at)
    guard let count = headCount(fields, Listpack.self, in: bytes) else {
      throw RDBError(.badTemplate, at: place)
    }
    return count
  case 1:
    let count = try bytes.readCount(&at, eachAtLeast: 1)
    try bytes.skipStrings(UInt64(count), &at)
    return count
  case let form: throw RDBError(.badTemplate, at: place, number: form)
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
