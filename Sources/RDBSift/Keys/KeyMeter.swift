// The columns of a key list that need the value: memory, and the sizes of elements.

import Export
package import Memory
import RDB

/// Measures the keys of a list, on one thread.
struct KeyMeter: ~Copyable {
  private var estimator: MemoryEstimator
  private var results: [KeyMemory]
  /// Whether anything is measured.
  let hasMemory: Bool

  /// Makes a meter for a model; nil measures nothing.
  init(_ request: KeyMeterRequest?) {
    hasMemory = request != nil
    let models = request.map { request in
      let model = (request.model, request.limits)
      return request.measuresReal ? [model, (request.model.real, request.limits)] : [model]
    }
    estimator = MemoryEstimator(models ?? [], measuresElements: request?.measuresElements ?? false)
    results = (models ?? []).map { _ in .unknown }
  }

  /// Measures a record; nil if nothing is to be measured.
  /// - Throws: Damage to the value.
  @inline(__always)
  mutating func measure(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> KeyMeasure? {
    guard hasMemory else { return nil }
    try estimator.measure(record, in: bytes, context, into: &results)
    let isKnown = results[0].certainty != .unknown
    var measure = KeyMeasure(
      memory: isKnown ? results[0].bytes : nil, elements: estimator.sizes.elements,
      longest: estimator.sizes.longest)
    if results.count > 1, isKnown { measure.realMemory = results[1].bytes }
    return measure
  }
}

/// How the keys of a list are measured.
package struct KeyMeterRequest: Sendable {
  /// The model.
  package let model: MemoryModel
  /// The limits that decide about encodings; nil keeps the file's.
  package let limits: EncodingLimits?
  /// Whether what the allocator holds is computed too.
  package let measuresReal: Bool
  /// Whether the longest element of packed values is found.
  package let measuresElements: Bool

  /// Makes a request.
  package init(
    _ model: MemoryModel, _ limits: EncodingLimits?, measuresReal: Bool, measuresElements: Bool
  ) {
    self.model = model
    self.limits = limits
    self.measuresReal = measuresReal
    self.measuresElements = measuresElements
  }
}
