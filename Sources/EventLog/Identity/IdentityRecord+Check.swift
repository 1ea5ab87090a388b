/// Why a record says nothing about anybody, and what would be right.
package enum IdentityRecordError: Error, Sendable, Hashable {
    package enum Field: String, Sendable {
        case device = "deviceId"
        case user = "userId"
        case toUser
    }
    /// A field that this kind of record needs is not there.
    case missing(Field)
    /// Longer than `IdentityLimits.nameSizeMax` bytes of UTF-8.
    case tooLong(Field, size: Int)
    /// A control character (U+0000 to U+001F, U+007F to U+009F) at this byte.
    case controlCharacter(Field, at: Int)
    /// A word that clients write when there is no user (specification, section 4.3).
    case placeholder(Field, String)
    /// An alias of a user with itself.
    case sameUser(String)
}

extension IdentityRecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field):
            "\(field.rawValue) is missing: send the id as a string of 1 to "
                + "\(IdentityLimits.nameSizeMax) bytes"
        case .tooLong(let field, let size):
            "\(field.rawValue) has \(size) bytes: send an id of at most "
                + "\(IdentityLimits.nameSizeMax) bytes of UTF-8"
        case .controlCharacter(let field, let place):
            "\(field.rawValue) has a control character at byte \(place): send the id without it"
        case .placeholder(let field, let text):
            "\(field.rawValue) \"\(text)\" stands for nobody: leave it out until somebody logs in"
        case .sameUser(let user):
            "\"\(user)\" cannot be an alias of itself: name two users"
        }
    }
}

extension IdentityRecord {
    /// Checks what came from outside, before it is stored.
    ///
    /// A placeholder is an error of its own, so that the caller can store the event as one without a
    /// user, and count it.
    package func check() throws(IdentityRecordError) {
        if kind.hasDevice { try Self.check(device, .device) }
        if kind.hasUser { try Self.check(user, .user) }
        if kind.hasToUser {
            try Self.check(toUser, .toUser)
            if user.utf8.elementsEqual(toUser.utf8) { throw .sameUser(user) }
        }
    }

    package static func check(
        _ name: String, _ field: IdentityRecordError.Field
    ) throws(IdentityRecordError) {
        guard !name.utf8.isEmpty else { throw .missing(field) }
        let size = name.utf8.count
        guard size <= IdentityLimits.nameSizeMax else { throw .tooLong(field, size: size) }
        var place = 0
        for scalar in name.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                throw .controlCharacter(field, at: place)
            }
            place += UTF8.width(scalar)
        }
        // A device may be called "0" or "id": those words stand for nobody only as a user.
        if field != .device, UserPlaceholder.matches(name) { throw .placeholder(field, name) }
    }
}
