// Values of modules, arrays, cron jobs and rate limiters as text.
//
//   modules by opcode   lines   module, name, version; then signed|unsigned|float|double|string,
//   value
//                       json    {"module":"name","version":n,"values":[{"signed":-5},…]}
//   TairString          lines   value, version, flags: one line each
//                       json    {"value":"…","version":n,"flags":n}
//   TairHash            lines   field, value, version, expire_ms
//                       json    {"fields":[["field","value",version,expire_ms|null],…]}
//                               (without the embedded key, which RENAME leaves stale)
//   TairZset            lines   member, score, score, …
//                       json    {"scores":n,"members":[["member",[score,…]],…]}
//   RedisJSON           the document's text; in JSON a string, so that it stays byte-exact
//   array               lines   insert_index, n (if present); then index, element
//                       json    {"insert_index":n|null,"elements":[[index,"element"],…]}
//   cron job            lines   script, start_ms, interval_ms, then key and arg: one line each
//                       json    {"script":…,"start_ms":n,"interval_ms":n,"keys":[…],"args":[…]}
//   rate limiter        the number

package import RDB

extension ValueWriter {
  /// Writes a part of a module's value.
  package mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .values(let id):
      line("module")
      beginObject()
      member("module")
      field(plain: id.name)
      member("version")
      field(UInt64(id.version))
      member("values")
      beginArray()
    case .value(let value): try write(value, in: bytes)
    case .json(let text): try item(text, in: bytes)
    case .tairString(let string): try write(string, in: bytes)
    case .tairHash:
      beginObject()
      member("fields")
      beginArray()
    case .tairField(let tair): try write(tair, in: bytes)
    case .tairSortedSet(_, let scores):
      beginObject()
      member("scores")
      if style == .json { field(scores) }
      member("members")
      beginArray()
    case .tairMember(let member):
      if style == .json { close(to: 2) }
      isMuted = !starts()
      guard !isMuted else { return }
      beginArray()
      try field(member, in: bytes)
      beginArray()
    case .tairScore(let score): if !isMuted { field(score) }
    }
  }

  private mutating func write(_ value: ModuleValue, in bytes: RawSpan) throws(RDBError) {
    guard starts() else { return }
    beginObject()
    switch value {
    case .signed(let number):
      label("signed")
      field(signed: number)
    case .unsigned(let number):
      label("unsigned")
      field(number)
    case .float(let number):
      label("float")
      field(Double(number))
    case .double(let number):
      label("double")
      field(number)
    case .string(let string):
      label("string")
      try field(string, in: bytes)
    }
    endArray()
  }

  private mutating func write(_ string: TairString, in bytes: RawSpan) throws(RDBError) {
    beginObject()
    label("value")
    try field(string.value, in: bytes)
    label("version")
    field(string.version)
    label("flags")
    field(string.flags)
  }

  private mutating func write(_ tair: TairField, in bytes: RawSpan) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    try field(tair.field, in: bytes)
    try field(tair.value, in: bytes)
    field(tair.version)
    field(tair.expiry)
    endArray()
  }

  /// Writes a part of a sparse array.
  package mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex(let index):
      beginObject()
      if style == .json || index != nil {
        label("insert_index")
        field(index)
      }
      member("elements")
      beginArray()
    case .string(let string, let index):
      guard starts() else { return }
      beginArray()
      field(index)
      try field(string, in: bytes)
      endArray()
    case .double(let number, let index):
      guard starts() else { return }
      beginArray()
      field(index)
      field(plain: ArrayPart.arrayText(of: number))
      endArray()
    }
  }

  /// Writes a part of a cron job.
  package mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .job(let script, let start, let interval):
      beginObject()
      label("script")
      try field(script, in: bytes)
      label("start_ms")
      field(start)
      label("interval_ms")
      field(signed: interval)
      member("keys")
      beginArray()
    case .key(let key):
      line("key")
      try field(key, in: bytes)
    case .argument(let text):
      beginCronArguments()
      line("arg")
      try field(text, in: bytes)
    }
  }

  /// Ends the keys and begins the arguments, once.
  mutating func beginCronArguments() {
    guard style == .json, !isInArguments else { return }
    isInArguments = true
    close(to: 1)
    label("args")
    beginArray()
  }

  /// Writes the state of a rate limiter.
  package mutating func number(_ number: UInt64) {
    guard starts() else { return }
    field(number)
  }
}
