import TestSupport
import Testing

@testable import AOF

@Suite("Places in scores")
struct GeoTests {
  /// What Redis 7.0 answers to ZSCORE and GEOPOS after GEOADD.
  private static let places:
    [(longitude: Double, latitude: Double, score: Double, found: [Double])] = [
      (13.361389, 38.115556, 3_479_099_956_230_698, [13.36138933897018433, 38.11555639549629859]),
      (15.087269, 37.502669, 3_479_447_370_796_909, [15.08726745843887329, 37.50266842333162032]),
      (0, 0, 3_377_699_720_527_872, [0.00000268220901489, 0.00000126736058093]),
      (-180, -85.05112878, 0, [-179.99999731779098511, -85.05112751263942528]),
      (180, 85.05112878, 13_510_798_882_111_488, [180, 85.0511287799999991]),
      (
        -73.985428, 40.748817, 1_791_875_672_669_040, [-73.98542851209640503, 40.74881737462570896]
      ),
      (151.2153, -33.8568, 3_252_046_274_729_663, [151.21530264616012573, -33.85679901465208985]),
      (-0.0000001, 0.0000001, 1_876_499_844_737_706, [-0.00000268220901489, 0.00000126736058093]),
      (179.9999999, -85, 3_002_400_025_541_359, [179.99999731779098511, -84.99999965213439168]),
    ]

  @Test("a place has the score, and a score the place, that servers give them")
  func scores() {
    for (longitude, latitude, score, found) in Self.places {
      let place = GeoPoint(longitude: longitude, latitude: latitude)
      #expect(place.isValid)
      #expect(place.score == score, "\(longitude) \(latitude)")
      let middle = GeoPoint(score: score)
      #expect(abs(middle.longitude - found[0]) < 1e-13 && abs(middle.latitude - found[1]) < 1e-13)
    }
    #expect(!GeoPoint(longitude: 180.1, latitude: 0).isValid)
    #expect(!GeoPoint(longitude: 0, latitude: -85.06).isValid)
  }

  @Test("distances are those of servers, to a tenth of a millimetre")
  func distances() {
    let places = Self.places.map { GeoPoint(score: $0.score) }
    func metres(_ a: Int, _ b: Int) -> Double { places[a].distance(to: places[b], isShort: true) }
    #expect(abs(metres(0, 1) - 166_274.1516) <= 0.00005)
    #expect(abs(metres(2, 5) - 8_668_546.3522) <= 0.00005)
    #expect(metres(3, 3) == 0)
  }
}
