import NIOCore
import NIOHTTP1
import NIOPosix
import OpenAPI

/// `/openapi.json`: what can be asked for here, for programs. It says that a key is needed where the
/// one who asks needed one.
enum OpenAPIDesk {
    private static let withKey = bytes(needsKey: true)
    private static let open = bytes(needsKey: false)

    static func answer(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        // It is put together when it is first asked for, which takes some ms.
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            HTTPAnswer(status: .ok, body: request.access.keyID == nil ? open : withKey)
        }
    }

    private static func bytes(needsKey: Bool) -> [UInt8] {
        do {
            return Array(
                try OpenAPIDocument(version: Version.current, needsKey: needsKey).json())
        } catch {
            preconditionFailure("the OpenAPI document cannot be written: \(error)")
        }
    }
}
