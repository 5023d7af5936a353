/// Values by their labels, in the order in which they were added.
package struct Labelled<Value> {
  package private(set) var labels: [String] = []
  /// The values in the order of the labels. Assigning as many others keeps the labels.
  package var values: [Value] = []

  package init(labels: [String] = [], values: [Value] = []) {
    precondition(labels.count == values.count, "\(labels.count) labels for \(values.count) values")
    (self.labels, self.values) = (labels, values)
  }

  /// The value with this label. Assigning `nil` removes it.
  package subscript(label: String) -> Value? {
    get { labels.firstIndex(of: label).map { values[$0] } }
    set {
      switch (labels.firstIndex(of: label), newValue) {
      case (let index?, let value?): values[index] = value
      case (nil, let value?):
        labels.append(label)
        values.append(value)
      case (let index?, nil):
        labels.remove(at: index)
        values.remove(at: index)
      case (nil, nil): break
      }
    }
  }

  package func map<Result>(_ transform: (String, Value) -> Result) -> Labelled<Result> {
    Labelled<Result>(labels: labels, values: zip(labels, values).map(transform))
  }
}

extension Labelled: Sendable where Value: Sendable {}

extension Labelled: Sequence {
  package func makeIterator() -> Zip2Sequence<[String], [Value]>.Iterator {
    zip(labels, values).makeIterator()
  }
}

extension Labelled: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, Value)...) {
    self.init(labels: elements.map(\.0), values: elements.map(\.1))
  }
}
