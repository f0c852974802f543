/** Shells that the command completes itself in. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What the command prints, beside candidates, where names of files fit as well. */
export const FILES_MARK = ':files';

/*
 * All scripts ask the command itself, under the name that it was called by, and give it what stands before the cursor.
 * A type has colons and an at sign, at which bash divides words: it wants only what comes after the last of them back.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of tidings in bash. In ~/.bashrc: source <(tidings completion bash)
_tidings_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" word candidate before files=0
  word="\${line##*[[:space:]]}"
  before="\${word%"\${word##*[:@=]}"}"
  case "$word" in
    [\\'\\"]*) before='' ;;
  esac
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ "$candidate" == '${FILES_MARK}' ]]; then
      files=1
    else
      COMPREPLY+=("\${candidate#"$before"}")
    fi
  done < <("\${COMP_WORDS[0]}" completion --line "$line" 2>/dev/null)
  if ((files)); then
    compopt -o filenames 2>/dev/null || true
    while IFS= read -r candidate; do
      COMPREPLY+=("$candidate")
    done < <(compgen -f -- "\${word#"$before"}")
  fi
}
complete -F _tidings_complete tidings
`,
  zsh: `#compdef tidings
# Completion of tidings in zsh. In ~/.zshrc, after compinit: source <(tidings completion zsh)
_tidings() {
  local -a candidates
  local line="\${(pj: :)words[1,CURRENT]}"
  candidates=("\${(@f)$("\${words[1]}" completion --line "$line" 2>/dev/null)}")
  if (( \${candidates[(I)${FILES_MARK}]} )); then
    _files
    candidates=("\${(@)candidates:#${FILES_MARK}}")
  fi
  candidates=("\${(@)candidates:#}")
  (( \${#candidates} )) && compadd -Q -- "\${candidates[@]}"
}
compdef _tidings tidings
`,
  fish: `# Completion of tidings in fish. In ~/.config/fish/config.fish: tidings completion fish | source
function __tidings_complete
    set -l command (commandline -opc)[1]
    for candidate in ($command completion --line (commandline -cp | string collect) 2>/dev/null)
        if test "$candidate" = '${FILES_MARK}'
            __fish_complete_path (commandline -ct)
        else
            echo $candidate
        end
    end
end
complete -c tidings -f -a '(__tidings_complete)'
`,
};

export const scriptFor = (shell: Shell): string => SCRIPTS[shell];
