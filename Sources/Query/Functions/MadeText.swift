/// The bound of texts that functions make.
enum MadeText {
    /// - Throws: unless a text of `size` bytes may be made. Asked before it is.
    static func check(_ size: Int) throws(QueryError) {
        guard size <= QueryLimits.textMadeSizeMax else {
            throw QueryError(
                .limit, "the text would be longer than \(QueryLimits.textMadeSizeMax) bytes")
        }
    }
}
