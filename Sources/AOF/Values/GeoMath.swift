// Places on the globe as servers keep them in scores: 26 bits of latitude and 26 of longitude, in turn.
// Distances must have the servers' last bit, so sine and arc sine are the C library's.

private import CLibm

/// A place on the globe, in degrees.
struct GeoPoint: BitwiseCopyable {
  var longitude: Double
  var latitude: Double

  private static let latitudeLimit = 85.05112878
  private static let longitudeLimit = 180.0
  private static let step = Double(1 << 26)
  private static let radius = 6372797.560856
  private static let degree = Double.pi / 180.0

  /// Whether scores can hold the place.
  var isValid: Bool {
    abs(longitude) <= GeoPoint.longitudeLimit && abs(latitude) <= GeoPoint.latitudeLimit
  }

  init(longitude: Double, latitude: Double) {
    self.longitude = longitude
    self.latitude = latitude
  }

  /// The middle of the cell that a score says.
  init(score: Double) {
    let bits = score >= 0 && score < 0x1p63 ? UInt64(score) : 0
    let latitude = Double(GeoPoint.gathered(bits))
    let longitude = Double(GeoPoint.gathered(bits >> 1))
    self.latitude = GeoPoint.middle(latitude, limit: GeoPoint.latitudeLimit)
    self.longitude = GeoPoint.middle(longitude, limit: GeoPoint.longitudeLimit)
  }

  private static func middle(_ cell: Double, limit: Double) -> Double {
    let scale = limit - -limit
    let least = -limit + (cell * 1.0 / step) * scale
    let most = -limit + ((cell + 1) * 1.0 / step) * scale
    return min(max((least + most) / 2, -limit), limit)
  }

  /// The score of the place.
  var score: Double {
    let y =
      (latitude - -GeoPoint.latitudeLimit) / (GeoPoint.latitudeLimit - -GeoPoint.latitudeLimit)
    let x =
      (longitude - -GeoPoint.longitudeLimit) / (GeoPoint.longitudeLimit - -GeoPoint.longitudeLimit)
    let (row, column) = (UInt64(y * GeoPoint.step), UInt64(x * GeoPoint.step))
    return Double(GeoPoint.spread(row) | GeoPoint.spread(column) << 1)
  }

  /// The low 32 bits, each followed by a zero.
  private static func spread(_ value: UInt64) -> UInt64 {
    var bits = value & 0xffff_ffff
    bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff
    bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff
    bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333
    return (bits | bits << 1) & 0x5555_5555_5555_5555
  }

  /// Every other bit, from the lowest.
  private static func gathered(_ value: UInt64) -> UInt64 {
    var bits = value & 0x5555_5555_5555_5555
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
    bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f
    bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff
    bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff
    return (bits | bits >> 16) & 0x0000_0000_ffff_ffff
  }

  /// Metres between two places on a sphere.
  ///
  /// - Parameters:
  ///   - other: The other place.
  ///   - isShort: Whether places of one longitude are told apart by latitude only, as servers since
  ///     7.0 do.
  /// - Returns: The distance.
  func distance(to other: GeoPoint, isShort: Bool) -> Double {
    let v = sin((other.longitude * GeoPoint.degree - longitude * GeoPoint.degree) / 2)
    if isShort, v == 0 { return latitudeDistance(to: other) }
    let (a, b) = (latitude * GeoPoint.degree, other.latitude * GeoPoint.degree)
    let u = sin((b - a) / 2)
    return 2.0 * GeoPoint.radius * asin((u * u + cos(a) * cos(b) * v * v).squareRoot())
  }

  /// Metres between two latitudes.
  func latitudeDistance(to other: GeoPoint) -> Double {
    GeoPoint.radius * abs(other.latitude * GeoPoint.degree - latitude * GeoPoint.degree)
  }
}
