// The words that keys and documents of the corpora are made of.

let words = [
  "alpha", "order", "shipping", "invoice", "customer", "address", "street", "payment", "pending",
  "active", "product", "category", "description", "the", "of", "and", "quantity", "warehouse",
  "discount", "currency", "EUR", "USD", "total", "comment", "review", "excellent", "delivery",
  "tracking", "status", "returned", "item", "color", "blue", "red", "green", "size", "large",
  "small", "medium", "weight", "length", "image", "thumbnail", "https://cdn.example.com/assets/",
  "metadata", "tags", "created", "updated", "owner",
].map { Array($0.utf8) }

/// A JSON document of about `count` bytes that compresses as such documents do.
func json(_ count: Int, _ dice: inout Dice) -> [UInt8] {
  var text: [UInt8] = []
  text.reserveCapacity(count + 256)
  text.append("{\"id\":")
  text.append(decimal: dice.below(100_000_000))
  text.append(",\"items\":[")
  while text.count < count { appendItem(&text, &dice) }
  text.removeLast()
  text.append("]}")
  return text
}

private func appendItem(_ text: inout [UInt8], _ dice: inout Dice) {
  text.append("{\"sku\":\"")
  text.append(contentsOf: dice.pick(words))
  text.append("-")
  text.append(decimal: dice.below(1_000_000), width: 6)
  text.append("\",\"")
  text.append(contentsOf: dice.pick(words))
  text.append("\":\"")
  for index in 0..<3 {
    if index > 0 { text.append(0x20) }
    text.append(contentsOf: dice.pick(words))
  }
  text.append("\",\"price\":")
  text.append(decimal: dice.below(900))
  text.append(".")
  text.append(decimal: dice.below(100), width: 2)
  text.append(",\"")
  text.append(contentsOf: dice.pick(words))
  text.append("\":")
  text.append(dice.oneIn(2) ? "true" : "false")
  text.append(",\"")
  text.append(contentsOf: dice.pick(words))
  text.append("\":\"")
  text.append(contentsOf: dice.pick(words))
  text.appendHex(10, &dice)
  text.append("\"},")
}
