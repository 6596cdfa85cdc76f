# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_skillzdrive_global_optspecs
    string join \n server= json= format= q/quiet v/verbose color= y/yes no-input no-pager offline dry-run h/help V/version
end

function __fish_skillzdrive_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_skillzdrive_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_skillzdrive_using_subcommand
    set -l cmd (__fish_skillzdrive_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -s V -l version -d 'Print version'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "search" -d 'Search the drive for skills'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "info" -d 'Show what the drive says of a skill'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "discover" -d 'Look for skills beyond your drive: one of the words is enough'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "leaderboard" -d 'Show the ten public skills that were used most in the last 30 days'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "init" -d 'Set up this machine or project, and take over skills that another tool installed'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "new" -d 'Begin a skill of your own, from a template'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "install" -d 'Install skills from the drive, GitHub, a folder or a zip; without names, restore the lockfile'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "remove" -d 'Remove skills from this machine; the drive keeps them, and so does the trash for a while'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "list" -d 'List the skills on this machine'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "status" -d 'Show what differs: edited, missing and unmanaged skills, links that are missing or dead'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "audit" -d 'Check that the installed skills are what the lockfile says, and scan them: every byte, every link'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "scan" -d 'Read skills for what an agent would do that its owner should know'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "outdated" -d 'List the installed skills that have a newer version'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "update" -d 'Bring installed skills to their newest version'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "pin" -d 'Hold skills at their version'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "unpin" -d 'Let pinned skills be updated again'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "diff" -d 'Compare two versions of a skill'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "log" -d 'List the versions of a skill'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "why" -d 'Say why a skill is here'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "sync" -d 'Make this machine and the drive agree'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "upload" -d 'Upload one skill, or its next version, to your drive'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "export" -d 'Save your drive, a collection or one skill as a zip'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "login" -d 'Log in, with a browser or with an API key'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "logout" -d 'Log out: forget the key of a drive on this machine'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "whoami" -d 'Show who you are on the drive'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "credits" -d 'Show the balance and the latest charges'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "run" -d 'Run a script of a skill in the drive\'s sandbox'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "telemetry" -d 'Show what is told to the drive about the use of this program'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "drive" -d 'Look at and change the skills in your drive'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "webhooks" -d 'Be told when your credits run low, at an address of yours'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "marketplace" -d 'Look at, check and write plugin marketplace files'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "collection" -d 'Make and change collections: named keys, each for a slice of your drive'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "collections" -d 'Make and change collections: named keys, each for a slice of your drive'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "undo" -d 'Take back what the last command changed on this machine'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "trash" -d 'Look at, put back or delete what was replaced or removed'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "cache" -d 'Look after the cache of downloaded skills'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "agents" -d 'Show the coding agents on this machine and where they read skills'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "config" -d 'Read and change the settings'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "lock" -d 'Work with skillzdrive.lock as a file'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "enable" -d 'Show disabled skills to agents again, or to more agents'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "disable" -d 'Hide skills from agents without removing them'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "doctor" -d 'Look whether everything is well, and say what puts it right'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "self" -d 'This program itself: how it was installed, and what brings a newer one'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "completions" -d 'Print the completion script of a shell, or install completion'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "man" -d 'Print a manual page, or write them all'
complete -c skillzdrive -n "__fish_skillzdrive_needs_command" -f -a "serve" -d 'Run a drive of your own, for a team or for yourself'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l limit -d 'Show at most this many' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l collection -d 'Search only this collection of yours' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l offset -d 'Leave out so many of the best' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand discover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l sort-by -d 'What decides' -r -f -a "executions\t'How often it was run'
installs\t'How often it was installed, once for each account or installation and day'
rating\t'The mean of its ratings, 1 to 5'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand leaderboard" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l key-file -d 'Log in with an API key from a file' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s a -l agent -d 'Link skills for this agent, and remember it (can be repeated); without it for those on this machine' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l defaults -d 'Ask nothing: what no other flag answers is left as it is, nobody is logged in, and nothing is installed or taken over'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l login -d 'Log in with a browser'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l with-token -d 'Log in with an API key from standard input; on a terminal, ask for it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-login -d 'Do not log in'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l default-skills -d 'Install the default skills, for you: use-skillzdrive and write-a-skill'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-default-skills -d 'Install no default skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l here -d 'Make this folder a project of its own, with its own skillzdrive.lock, though it lies in a repository'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l take-over -d 'Take over every skill that another tool installed'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-take-over -d 'Take nothing over'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-gitattributes -d 'Leave the repository\'s .gitattributes alone'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l allow-findings -d 'Accept what the scan finds in new skills; without it findings as bad as the setting `fail_on` (else high) are asked about, and refused when there is nobody to ask: --yes does not accept them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l dir -d 'Make the folder in this one instead of the current one' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l description -d 'What it does and when to use it; without it a text to replace' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l script -d 'The language of the script' -r -f -a "python\t'Python 3, with nothing but its own library'
sh\t'POSIX sh'
none\t'No script'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s a -l agent -d 'Link for this agent instead of the usual ones (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l skill -d 'Install this one of a folder or repository that holds several, by its name or folder (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l all -d 'Install every skill of a folder or repository that holds several; without names, restore the lockfile of every project of this repository: each folder that has a skillzdrive.lock, without what git ignores'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l locked -d 'Fail if the lockfile would change (the default for restoring when CI is set)'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l frozen -d 'Like --locked, and never ask the network what is newest'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l allow-findings -d 'Accept what the scan finds in new skills; without it findings as bad as the setting `fail_on` (else high) are asked about, and refused when there is nobody to ask: --yes does not accept them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l all -d 'Every project of this repository: each folder that has a skillzdrive.lock, without what git ignores'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l fail-on -d 'The mildest finding that fails the command [default: the setting `fail_on`, else high]' -r -f -a "low\t'Anything'
medium\t'A look is due'
high\t'Something is wrong'
critical\t'Only what must stop everything'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l online -d 'Ask the drive too: is anything behind, superseded or withdrawn?'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l sarif -d 'Print the findings as SARIF 2.1.0 on stdout'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l fix -d 'Put back what was installed, and make its links; what is there goes to the trash first'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l lock -d 'Rebuild a lockfile that cannot be read; the damaged one is kept in the trash'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l fail-on -d 'The mildest finding that fails the command [default: the setting `fail_on`, else high]' -r -f -a "low\t'Anything'
medium\t'A look is due'
high\t'Something is wrong'
critical\t'Only what must stop everything'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l min-confidence -d 'Leave out what a rule is less sure of than this' -r -f -a "low\t'It may be something else'
medium\t'It usually is that'
high\t'It hardly can be anything else'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l baseline -d 'Fail on new findings alone: those of this file are known, whatever line they are in now' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l write-baseline -d 'Write what is found into this file, for --baseline, and fail on none of it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l installed -d 'Every installed skill'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l sarif -d 'Print the findings as SARIF 2.1.0 on stdout'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand outdated" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l on-conflict -d 'What to do with skills that you edited (default: ask, and leave them when there is nobody to ask)' -r -f -a "keep\t'Keep the edited skill as it is'
take\t'Take the new version; the edited one goes to the trash'
fork\t'Keep the edited skill under a new name and take the new version'
merge\t'Merge the edits into the new version, line by line'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l min-age -d 'Hold back versions that are younger than this many days' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l max-delete -d 'With --prune: allow this many removals (without it: 10, or a quarter of the skills if that is less)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l max-credits -d 'Stop if the updates cost more credits than this' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l diff -d 'Show every change, with invisible characters made visible, and what each version newly reaches for'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l markers -d 'With merge: write conflict markers where both sides changed the same lines'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l prune -d 'Move to the trash what was removed upstream'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l allow-findings -d 'Accept what the scan finds in new skills; without it findings as bad as the setting `fail_on` (else high) are asked about, and refused when there is nobody to ask: --yes does not accept them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand pin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand unpin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l collection -d 'Keep to the skills of this collection; nothing outside it is sent, fetched or removed' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l mode -d 'Which part of the plan to carry out' -r -f -a "all\t'Everything'
public_only\t'Only claims of public skills'
pulls_only\t'Only downloads'
as_many_as_credits_allow\t'Cheapest first, until the balance is used'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l plan -d 'Write the plan into a file and do nothing else' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l apply -d 'Carry out exactly the plan of a file, or say what changed since' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l max-credits -d 'Stop if the plan costs more credits than this' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l on-conflict -d 'What to do where both sides changed (default: ask, and skip when there is nobody to ask)' -r -f -a "ask\t'Ask about each'
keep-local\t'Send the local version'
take-drive\t'Take the drive\'s version; the local one goes to the trash'
fork\t'Keep the local version under a new name and take the drive\'s'
skip\t'Leave it alone and end with 8'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l max-delete -d 'Allow this many removals (without it: 10, or a quarter of the skills if that is less)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l removed-here -d 'What to do with skills that were removed here and are still in the drive' -r -f -a "skip\t'Leave it removed here and kept there'
reinstall\t'Install it again'
remove\t'Remove it from the drive too'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l skip -d 'Leave this skill out, now and in later syncs (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l unskip -d 'Take a skill in again that was left out with --skip or was not chosen (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l allow-secret -d 'Send a skill though this file of it looks as if it held a credential (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s a -l agent -d 'Link for this agent instead of the usual ones (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l prune -d 'Move to the trash here what was removed on the drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l push -d 'With --project: also send what the drive does not have'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l new-account -d 'Sync though this folder was synced with another account before'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l collection -d 'Put it into this collection too' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l change-comment -d 'What changed, for those who get the new version' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l slug -d 'The skill\'s name in the drive, where neither its SKILL.md nor its folder has one' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l allow-secret -d 'Send it though this file of it looks as if it held a credential (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l check -d 'Only check it, by the rules of the Agent Skills format and of this program: needs no network and no key, sends nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l url -d 'Print the address of a page to upload with a browser; it works once, for ten minutes'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand upload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l collection -d 'Only the skills of this collection' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l skill -d 'Only this skill, which need not be in the drive' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -s o -l output -d 'Where to save it; `-` writes it to standard output' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l key-file -d 'Read an API key from a file' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l no-browser -d 'Open no browser: print the address, and take what it leads to by hand'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l with-token -d 'Read an API key from standard input; on a terminal, ask for it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l status -d 'Show which drives you are logged in to, and change nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand credits" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l stdin -d 'Give the script this file to read, or standard input with `-`' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l session -d 'Go on in the session with this id, where the files of its earlier runs still are' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l reuse -d 'Go on in your open session of this skill, or begin one; it is kept for five minutes after each run'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and not __fish_seen_subcommand_from show" -f -a "show" -d 'Show the install id, the last events exactly as they were sent, and those that wait'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand telemetry; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "list" -d 'List the skills in your drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "import" -d 'Import a marketplace skill or a GitHub tree into your drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "remove" -d 'Remove a skill from your drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "toggle" -d 'Disable a skill in your drive, or enable it again'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "updates" -d 'List the newer versions that wait in your drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "accept" -d 'Accept a newer version of a skill into your drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and not __fish_seen_subcommand_from list import remove toggle updates accept dismiss" -f -a "dismiss" -d 'Turn a newer version of a skill down'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from toggle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from updates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand drive; and __fish_seen_subcommand_from dismiss" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -f -a "list" -d 'List your webhooks and what came of their last deliveries'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -f -a "create" -d 'Make a webhook; the secret that signs its deliveries is printed this once'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -f -a "delete" -d 'Delete a webhook; its secret is worth nothing from then on'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and not __fish_seen_subcommand_from list create delete verify" -f -a "verify" -d 'Check that a delivery is signed with a webhook\'s secret'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l event -d 'What to tell of' -r -f -a "credits.threshold_hit\t''
credits.exhausted\t''"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l threshold -d 'The balance, in credits, at which credits.threshold_hit is told' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l url -d 'Where to tell it: an https address on the public internet' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l secret-file -d 'The file that holds the secret; one newline at its end does not count' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l signature -d 'What X-Skillzdrive-Signature says, with or without `sha256=`' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -f -a "show" -d 'Show the drive\'s marketplace, or that of a public collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -f -a "check" -d 'Check a marketplace file for Claude Code and GitHub Copilot CLI'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and not __fish_seen_subcommand_from show check write" -f -a "write" -d 'Write the drive\'s marketplace, or that of a public collection, as a file'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l collection -d 'A collection that its owner has made public' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l for -d 'Check for this reader alone' -r -f -a "claude-code\t''
copilot-cli\t''"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l strict -d 'Let warnings count as errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l collection -d 'A collection that its owner has made public' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -s o -l output -d 'The file' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l bundle -d 'Put the skills beside the file, each as a plugin in plugins/SLUG: other sources than trees on GitHub are known to Claude Code alone'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l force -d 'Replace what was not written by this command'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand marketplace; and __fish_seen_subcommand_from write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "list" -d 'List your collections'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "create" -d 'Make a collection and its key'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "edit" -d 'Change a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "add" -d 'Add skills of your drive to a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "remove" -d 'Take skills out of a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "delete" -d 'Delete a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "use" -d 'Use the kept key of a collection for the project you are in'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l skill -d 'A skill of your drive that its key reaches (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l all-skills -d 'Its key reaches all skills of your drive, also those to come'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l no-team -d 'Its key does not reach skills that came with a team'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l no-shared -d 'Its key does not reach skills that others share with you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l save -d 'Keep the key on this machine instead of printing it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l rename -d 'Give it another name' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l skill -d 'Its key reaches exactly the skills named so, in place of those before (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l team -d 'Its key reaches the skills among them that came with a team'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l no-team -d 'Its key does not'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l shared -d 'Its key reaches the skills among them that others share with you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l no-shared -d 'Its key does not'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l public -d 'Show it to everybody as a marketplace'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l private -d 'Show it to nobody'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l key-stdin -d 'Keep the collection\'s key first, which is read from standard input (on a terminal, asked for): whoever made the collection gave it to you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l none -d 'Go back to your own key'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collection; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "list" -d 'List your collections'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "create" -d 'Make a collection and its key'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "edit" -d 'Change a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "add" -d 'Add skills of your drive to a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "remove" -d 'Take skills out of a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "delete" -d 'Delete a collection'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and not __fish_seen_subcommand_from list create edit add remove delete use" -f -a "use" -d 'Use the kept key of a collection for the project you are in'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l skill -d 'A skill of your drive that its key reaches (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l all-skills -d 'Its key reaches all skills of your drive, also those to come'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l no-team -d 'Its key does not reach skills that came with a team'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l no-shared -d 'Its key does not reach skills that others share with you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l save -d 'Keep the key on this machine instead of printing it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l rename -d 'Give it another name' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l skill -d 'Its key reaches exactly the skills named so, in place of those before (can be repeated)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l team -d 'Its key reaches the skills among them that came with a team'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l no-team -d 'Its key does not'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l shared -d 'Its key reaches the skills among them that others share with you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l no-shared -d 'Its key does not'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l public -d 'Show it to everybody as a marketplace'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l private -d 'Show it to nobody'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l key-stdin -d 'Keep the collection\'s key first, which is read from standard input (on a terminal, asked for): whoever made the collection gave it to you'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l none -d 'Go back to your own key'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand collections; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l list -d 'List the runs that can be taken back, newest first'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -f -a "list" -d 'List the skills in the trash, newest first'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -f -a "restore" -d 'Put a skill from the trash back to its place'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and not __fish_seen_subcommand_from list restore empty" -f -a "empty" -d 'Delete everything in the trash for good'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l run -d 'The run that put it into the trash; the newest one when absent' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand trash; and __fish_seen_subcommand_from empty" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -f -a "info" -d 'Show where the cache lies and how much is in it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -f -a "verify" -d 'Check every file in the cache and delete what is corrupt'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and not __fish_seen_subcommand_from info verify clean" -f -a "clean" -d 'Delete the whole cache; skills are downloaded and scanned again when needed'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand cache; and __fish_seen_subcommand_from clean" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and not __fish_seen_subcommand_from list" -f -a "list" -d 'List the agents that are here or were chosen'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l all -d 'List every agent that is known'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand agents; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l git -d 'Make git merge this repository\'s skillzdrive.lock skill by skill: sets merge.skillzdrive.* for this clone, and adds a line to .gitattributes'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "list" -d 'List every setting with its value and where that comes from'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "get" -d 'Print the value of one setting; nothing where none is set'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "set" -d 'Set one setting for good'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "unset" -d 'Take one setting out of the file, so that it has its default again'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "edit" -d 'Open the file in your editor (VISUAL, EDITOR) and keep it if it can be read'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "path" -d 'Print where the file lies'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s l -l long -d 'Say what each setting does, too'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -s p -l project -d 'The project\'s skillzdrive.toml instead of your own config.toml'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -s p -l project -d 'The project\'s skillzdrive.toml instead of your own config.toml'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -s p -l project -d 'The project\'s skillzdrive.toml instead of your own config.toml'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l project -d 'The project\'s skillzdrive.toml instead of your own config.toml'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and not __fish_seen_subcommand_from merge" -f -a "merge" -d 'Merge two lockfiles entry by entry, as a merge driver of git'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l marker-size -d 'How long a conflict marker is (%L)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l path -d 'What the file is called where it comes from (%P), for messages' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand lock; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s a -l agent -d 'This agent alone (can be repeated); without it every one' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s a -l agent -d 'This agent alone (can be repeated); without it every one' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l report -d 'Write what was seen into a file for a bug report, without names of skills, people, drives and folders' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s p -l project -d 'Work on this project\'s skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s g -l global -d 'Work on your own skills'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and not __fish_seen_subcommand_from update" -f -a "update" -d 'Print the command that updates this program, by the way in which it was installed'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand self; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l install -d 'Write the script where the shell looks for it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l dir -d 'Write every page into this folder' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l listen -d 'Where to listen; anything but this machine needs --behind-proxy' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l public-url -d 'The address under which people reach it' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l github-api -d 'Where GitHub\'s REST interface is, for imports [default: api.github.com]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l github-archives -d 'Where the archives of GitHub\'s repositories are [default: codeload.github.com]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l github-token-file -d 'A file with a token for GitHub\'s REST interface, whose limit without one is 60 questions an hour' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l run-time -d 'How long a script may run, in seconds' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l metrics -d 'Where to answer Prometheus, apart from everything else: 127.0.0.1:9464 [env: SKILLZDRIVE_METRICS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l log-format -d 'The form of the log on stderr [default: text]' -r -f -a "text\t'Time, level, message, name=value'
json\t'One object a line'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l log-level -d 'The least important line in it; info has one for every request [default: warn, or info with --verbose]' -r -f -a "off\t'Nothing'
error\t'What needs somebody'
warn\t'Requests that failed here, and work that will be tried again'
info\t'Every request, and what goes on beside them'
debug\t'Questions of balancers too, paths, and what was ignored'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l trusted-proxy -d 'A network of proxies whose word on the client\'s address counts; nobody else\'s does then. Again for more' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l proxy-header -d 'The header in which proxies tell it [default: x-forwarded-for]' -r -f -a "x-forwarded-for\t'What nearly all of them write'
forwarded\t'The standard one (RFC 7239)'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l drain-delay -d 'How long requests are still taken after the signal to end, while /readyz says no [default: 0]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l drain-timeout -d 'How long those that are under way then have to end [default: 10]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l max-connections -d 'How many connections of clients there may be at once [default: 4096]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l otlp -d 'A collector for spans of requests, OTLP over HTTP: http://127.0.0.1:4318 [env: SKILLZDRIVE_OTLP]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l behind-proxy -d 'A proxy in front speaks TLS and tells the client\'s address in X-Forwarded-For'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l allow-private-webhooks -d 'Let webhooks (and imports) go to addresses that are not on the public internet, and over http'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "key" -d 'Make, list and revoke keys'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "user" -d 'Make accounts for people, and list them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "team" -d 'Put people together who have skills together'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "share" -d 'Share a skill of somebody\'s drive with a person or a team'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "unshare" -d 'End a share'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "shares" -d 'List what is shared with whom'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "credits" -d 'Give the owner and others credits'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "tier" -d 'List the tiers, set their limits, and put accounts into them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "role" -d 'Give an account a role; moderators and admins have no monthly limit'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "publish" -d 'Publish a skill, or its next version, in the marketplace'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "price" -d 'Set what one run of a skill\'s scripts costs'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "withdraw" -d 'Take a skill out of the marketplace'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "rate" -d 'Rate a skill of the marketplace'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "log" -d 'Show who did what to the drive: keys, credits, tiers, teams, shares, collections, publishing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "migrate" -d 'Bring the database\'s tables to this version, as the next start would'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "check" -d 'Check that every package is there with its bytes, and that the books are right'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "backup" -d 'Make a backup of all rows and packages, in a folder of its own'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "restore" -d 'Restore a backup into an empty drive'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and not __fish_seen_subcommand_from key user team share unshare shares credits tier role publish price withdraw rate log migrate check backup restore move" -f -a "move" -d 'Move the drive to another database and store, while it goes on being read'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -f -a "create" -d 'Make a key; it is printed this once'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -f -a "list" -d 'List the keys by their beginnings'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from key" -f -a "revoke" -d 'Revoke a key; it stops working at once'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -f -a "add" -d 'Make an account for somebody; its key is printed this once'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from user" -f -a "list" -d 'List the accounts'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -f -a "add" -d 'Make a team, or add members to one'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -f -a "remove" -d 'Take members out of a team; without --member the team goes, and what is shared with it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from team" -f -a "list" -d 'List the teams and their members'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l from -d 'In whose drive it is' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l with -d 'The person who has it too' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l team -d 'The team whose members have it too' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from share" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l from -d 'In whose drive it is' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l with -d 'The person who has it too' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l team -d 'The team whose members have it too' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from unshare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from shares" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from credits" -f -a "grant" -d 'Give somebody credits'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -f -a "list" -d 'List the tiers and their limits'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -f -a "limit" -d 'Set how many runs a month a tier has; a new name makes a tier'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from tier" -f -a "set" -d 'Put an account into a tier'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from role" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l comment -d 'What changed' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l cost-per-use -d 'What one run costs, in credits [default: as before]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l allow-findings -d 'Publish it though the security rules find something critical in it'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from price" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l user -d 'Whose rating it is [default: the owner\'s]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from rate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l since -d 'Only since then: an age (30m, 12h, 7d, 4w), a day (2026-11-24) or an instant (2026-11-24T05:00:00Z)' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l limit -d 'How many lines at most, the newest' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l older-than -d 'How old they must be, in hours' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l quick -d 'Only look whether packages are there with their size, without reading them'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l remove-orphans -d 'Take away packages that nobody names'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l another-key -d 'Go on with another signing key: addresses that were signed and the secrets of webhooks end'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l to-database -d 'The PostgreSQL database that it moves to: postgres://USER@HOST/DATABASE' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l to-artifacts -d 'The object store that it moves to: s3://BUCKET/PREFIX, gs://, az:// or file://' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l to-data -d 'The folder that it moves to, for what has no address of its own' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l to-env-file -d 'A file of variables, NAME=VALUE each, for where it moves to; it goes before the environment' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l data -d 'The folder of the drive\'s data [default: `serve` in the data folder]' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l database -d 'A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l database-connections -d 'How many connections to it there may be at once [default: 16]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l artifacts -d 'An object store for the skills\' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l signing-key -d 'The key that addresses and webhooks are signed with; all replicas need the same' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l env-file -d 'A file of such variables, NAME=VALUE each; what is set in the environment goes before it' -r -F
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l server -d 'The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l json -d 'Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those fields alone' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l format -d 'Print a line for each row of what --json would print: `--format \'{slug} {version}\'`; ask nothing' -r
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR or CLICOLOR say otherwise'
always\t'Always'
never\t'Never'"
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l cancel -d 'Let the drive take changes again, after a move that was broken off or is not wanted'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Say nothing but results, warnings and errors'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Say more about what is done'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -s y -l yes -d 'Agree to what would be asked'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l no-input -d 'Never ask; a question without an answer is an error'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l no-pager -d 'Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l offline -d 'Work without the network [env: SKILLZDRIVE_OFFLINE]'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -l dry-run -d 'Show what would be done; write, send and charge nothing'
complete -c skillzdrive -n "__fish_skillzdrive_using_subcommand serve; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
