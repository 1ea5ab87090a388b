import ArgumentParser

/// `eventlog completions`: what a shell needs to complete this program's commands and options.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Prints a script with which a shell completes commands and options.",
        discussion: """
            EXAMPLES
              eventlog completions bash > ~/.local/share/bash-completion/completions/eventlog
              eventlog completions zsh > ~/.zfunc/_eventlog
              eventlog completions fish > ~/.config/fish/completions/eventlog.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var form: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() throws {
        try Terminal.print(EventLogTool.completionScript(for: shell.form))
    }
}
