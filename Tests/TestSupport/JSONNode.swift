// A place in a JSON document; what is not there is a place of nothing.

import Foundation

/// A place in a JSON document.
public struct JSONNode {
  private let value: Any?

  /// A place that holds a value of `JSONSerialization`.
  public init(_ value: Any?) { self.value = value }

  /// Reads a JSON file.
  public init(file path: String) throws {
    value = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: path)), options: [.fragmentsAllowed])
  }

  /// The object, if it is one.
  public var object: [String: Any]? { value as? [String: Any] }

  /// Whether it is an array.
  public var isArray: Bool { value is [Any] }

  /// The elements of the array; none if it is no array.
  public var elements: [JSONNode] { (value as? [Any] ?? []).map { JSONNode($0) } }

  /// The text, if it is one.
  public var text: String? { value as? String }

  /// The integer, if it is one.
  public var int: Int? { value as? Int }

  /// A member of the object.
  public subscript(name: String) -> JSONNode { JSONNode(object?[name]) }

  /// An element of the array.
  public subscript(index: Int) -> JSONNode {
    guard let array = value as? [Any], array.indices.contains(index) else { return JSONNode(nil) }
    return JSONNode(array[index])
  }

  /// The exact bytes of a string: text, or base 64 where it is no UTF-8.
  public var bytes: [UInt8] {
    if let text { return Array(text.utf8) }
    return self["b64"].base64
  }

  /// The exact key of a row: `key` where it is UTF-8, otherwise `key_b64`; the other one must be null.
  public var rowKey: [UInt8]? {
    guard let row = object, row["key"] != nil, row["key_b64"] != nil else { return nil }
    if let text = self["key"].text { return row["key_b64"] is NSNull ? Array(text.utf8) : nil }
    return row["key"] is NSNull ? self["key_b64"].base64 : nil
  }

  /// A string of the truth.
  var string: TruthString {
    guard text == nil, let digest = self["sha256"].text else { return .bytes(ByteString(bytes)) }
    return .digest(
      count: self["len"].int ?? 0, sha256: digest, prefix: self["prefix_b64"].base64,
      suffix: self["suffix_b64"].base64)
  }

  /// Bytes that are told in base 64.
  public var base64: [UInt8] { text.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) } ?? [] }

  /// An object of numbers by number.
  var counts: [Int: Int] {
    Dictionary(
      uniqueKeysWithValues: (object ?? [:]).compactMap { name, count in
        guard let number = Int(name), let count = count as? Int else { return nil }
        return (number, count)
      })
  }
}
