export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Scripts that ask `tidesync __complete -- WORDS…` at each Tab. It answers lines `VALUE<Tab>DESCRIPTION`, and last
 * `:files`, `:folders` or `:nothing`, for what the shell is to add by itself.
 */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# tidesync completion bash: source <(tidesync completion bash)
_tidesync() {
  local line value more=nothing cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) more="\${line#:}" ;;
      *)
        value="\${line%%$'\\t'*}"
        COMPREPLY+=("$(printf '%q' "$value")")
        ;;
    esac
  done < <(tidesync __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $more == files ]]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  elif [[ $more == folders ]]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _tidesync tidesync
`,
  zsh: `#compdef tidesync
# tidesync completion zsh: source <(tidesync completion zsh), or as _tidesync in a folder of $fpath
_tidesync() {
  local line more=nothing
  local -a values shown
  while IFS= read -r line; do
    case "$line" in
      :*) more="\${line#:}" ;;
      *)
        values+=("\${line%%$'\\t'*}")
        shown+=("\${line/$'\\t'/  -- }")
        ;;
    esac
  done < <(tidesync __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#values} )) && compadd -l -d shown -a values
  case "$more" in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ "\${funcstack[1]}" == _tidesync ]]; then _tidesync "$@"; else compdef _tidesync tidesync; fi
`,
  fish: `# tidesync completion fish: tidesync completion fish > ~/.config/fish/completions/tidesync.fish
function __tidesync_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    set -l more nothing
    for line in (tidesync __complete -- $words "$current" 2>/dev/null)
        switch $line
            case ':*'
                set more (string sub -s 2 -- $line)
            case '*'
                echo $line
        end
    end
    switch $more
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current"
    end
end
complete -c tidesync -f -a '(__tidesync_complete)'
`,
  powershell: `# tidesync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tidesync -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '""' }
  tidesync __complete -- @words 2>$null | Where-Object { -not $_.StartsWith(':') } | ForEach-Object {
    $value, $description = $_ -split [char]9, 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`,
};
