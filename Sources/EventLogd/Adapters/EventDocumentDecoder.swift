import EventLog

/// The storage library's parser for request bodies that are one JSON document.
final class EventDocumentDecoder: DocumentDecoder {
    private var parser: EventParser

    init(_ parser: consuming EventParser) {
        self.parser = parser
    }

    func decode(_ body: UnsafeRawBufferPointer, now: Int64) -> DecodedDocument {
        let block = parser.parseDocument(body, now: now)
        return DecodedDocument(batch: block.batch, refusals: block.refusals, shape: block.shape)
    }
}
