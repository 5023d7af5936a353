/// A subset of the points whose polyline passes all others within a distance that the eye cannot see.
///
/// D. H. Douglas, T. K. Peucker, Algorithms for the reduction of the number of points required to represent a digitized
/// line, Cartographica 10 (1973), <https://doi.org/10.3138/FM57-6770-U75U-7727>.
func simplified(_ points: ArraySlice<ChartPanel.Point>) -> [ChartPanel.Point] {
  guard let first = points.first, let last = points.last, points.count > 2 else { return Array(points) }
  let (dx, dy) = (last.x - first.x, last.y - first.y)
  let length = (dx * dx + dy * dy).squareRoot()
  func distance(_ index: Int) -> Double {
    let (x, y) = (points[index].x - first.x, points[index].y - first.y)
    return length == 0 ? (x * x + y * y).squareRoot() : abs(dx * y - dy * x) / length
  }
  let distances = points.indices.map(distance)
  guard let farthest = distances.indices.max(by: { distances[$0] < distances[$1] }),
    distances[farthest] > visibleDistance
  else { return [first, last] }
  let middle = points.startIndex + farthest
  return simplified(points[...middle]).dropLast() + simplified(points[middle...])
}

/// In units of the drawing, which are pixels at its natural size.
private let visibleDistance = 0.1
