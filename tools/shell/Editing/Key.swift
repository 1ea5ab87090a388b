/// What a terminal sends when a key is pressed, or something is pasted.
package enum Key: Sendable, Hashable {
    case text(String)
    /// All that was pasted, line ends as line feeds.
    case paste(String)
    case enter, tab, backspace, delete, escape
    case left, right, up, down, home, end, wordLeft, wordRight
    /// With Ctrl; the letter is in lower case.
    case control(Character)
    /// With Alt.
    case meta(Character)
    case metaEnter, metaBackspace
    /// A sequence that means nothing to us.
    case unknown
}
