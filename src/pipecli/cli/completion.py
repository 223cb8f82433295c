"""`pipe completion`: the script with which a shell completes what one types."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipecli.cli.session import Session

_BASH = """\
# Completion of pipe for bash. For this shell:      source <(pipe completion bash)
# For every shell to come, add that line to ~/.bashrc, or:
#   pipe completion bash > ~/.local/share/bash-completion/completions/pipe
_pipe_complete() {
    local found IFS=$'\\n'
    COMPREPLY=()
    found=$("${1/#\\~/$HOME}" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return 0
    case ${found%%$'\\n'*} in
        files) compopt -o default 2>/dev/null ;;
        folders) compopt -o dirnames 2>/dev/null ;;
        names) COMPREPLY=(${found#names}) ;;  # letters, digits and -_.,=| only
    esac
    return 0
}
complete -F _pipe_complete pipe
"""

_ZSH = """\
#compdef pipe
# Completion of pipe for zsh. For this shell:       source <(pipe completion zsh)
# For every shell to come, add that line to ~/.zshrc below compinit, or:
#   pipe completion zsh > "${fpath[1]}/_pipe"
_pipe() {
    local -a found
    found=("${(@f)$("${(Q)words[1]}" --complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}") || return 1
    case $found[1] in
        files) _files ;;
        folders) _files -/ ;;
        names) compadd -- "${(@)found[2,-1]}" ;;
    esac
}
if [[ ${funcstack[1]-} == _pipe ]]; then _pipe "$@"; else compdef _pipe pipe; fi
"""

_FISH = """\
# Completion of pipe for fish. For this shell:      pipe completion fish | source
# For every shell to come:  pipe completion fish > ~/.config/fish/completions/pipe.fish
function __pipe_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l found (command pipe --complete $words[2..-1] "$typed" 2>/dev/null)
    switch "$found[1]"
        case files
            __fish_complete_path "$typed"
        case folders
            __fish_complete_directories "$typed" ''
        case names
            printf '%s\\n' $found[2..-1]
    end
end
complete --command pipe --no-files --arguments '(__pipe_complete)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="The shell that is to complete.")],
) -> None:
    """Print the script that completes words in a shell.

    Commands, options, deals, stages, people and more are completed. Deals are known by their files' names; none of them
    is opened, but for those whose stages are asked.

    \b
    Examples:
      source <(pipe completion bash)
      source <(pipe completion zsh)
      pipe completion fish | source
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError, did_you_mean

    session: Session = context.obj
    if shell not in _SCRIPTS:
        raise PipeError(f"there is no completion for {shell!r}", hint=did_you_mean(shell, _SCRIPTS))
    session.put(_SCRIPTS[shell])
