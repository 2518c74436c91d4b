@main struct RDBSift { static func main() {} }
