package import RDB

/// A set of value types, by the names that `TYPE` answers: shapes, and modules by name.
package struct TypeSet: Hashable, Sendable {
  private var shapes: UInt32 = 0
  /// Module names: a module's 64 bits without its version.
  private var modules: [UInt64] = []

  /// Makes an empty set.
  package init() {}

  /// Creates a set of shapes.
  package init(_ shapes: some Sequence<ValueShape>) {
    for shape in shapes { insert(shape) }
  }

  /// Adds a shape; `.module` means every module.
  package mutating func insert(_ shape: ValueShape) { shapes |= 1 << UInt32(shape.rawValue) }

  /// Adds a type by name: a shape such as `zset`, or a module such as `tairhash-`.
  /// - Returns: Whether such a type exists or could exist.
  package mutating func insert(named name: String) -> Bool {
    if let shape = ValueShape.allCases.first(where: { $0.name == name }) {
      insert(shape)
      return true
    }
    guard let module = ModuleID(name: name, version: 0) else { return false }
    let letters = TypeSet.letters(of: module)
    if !modules.contains(letters) { modules.append(letters) }
    return true
  }

  /// Whether a record's value is of one of the types.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - dialect: The dialect of its type.
  ///   - bytes: The file's bytes; read only for a module.
  /// - Returns: Whether it is.
  @inline(__always)
  package func contains(
    _ record: RDBRecord, in dialect: RDBDialect, bytes: RawSpan
  ) -> Bool {
    guard let shape = record.type.shape(in: dialect) else { return false }
    if shapes >> UInt32(shape.rawValue) & 1 == 1 { return true }
    guard shape == .module, !modules.isEmpty else { return false }
    guard let module = record.module(in: bytes) else { return false }
    return modules.contains(TypeSet.letters(of: module))
  }

  /// The 54 bits of a module's nine letters, without its version.
  @inline(__always)
  private static func letters(of module: ModuleID) -> UInt64 { module.rawValue >> 10 }
}
