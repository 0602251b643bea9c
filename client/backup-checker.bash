# Completion of backup-checker for bash; printed by: backup-checker completion
_backup_checker() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} options='' files='' words=''
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W '--help --version status servers files unmatched explain scan exempt unexempt config user token doctor completion' -- "$word")
		return
	fi
	case $command in
	'scan')
		words=' directories servers cancel'
		;;
	'config')
		words=' show check edit'
		;;
	'user')
		words=' list add role passwd remove'
		;;
	'token')
		words=' list add remove'
		;;
	esac
	if [ -n "$words" ] && [ "$COMP_CWORD" -eq 2 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi
	[ -n "$words" ] && command="$command ${COMP_WORDS[2]}"
	case $before in
	--database | --config)
		compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--socket)
		compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--critical | --warning | --status)
		mapfile -t COMPREPLY < <(compgen -W 'red yellow green unknown exempt none' -- "$word")
		return
		;;
	--role)
		mapfile -t COMPREPLY < <(compgen -W 'viewer operator admin' -- "$word")
		return
		;;
	esac
	case $command in
	'status')
		options='--help --policy --tag --critical --warning --scan-age --limit --json --socket --database --config'
		files=
		;;
	'servers')
		options='--help --status --policy --tag --json --csv --socket --database --config'
		files=
		;;
	'files')
		options='--help --server --unmatched --json --csv --socket --database --config'
		files=
		;;
	'unmatched')
		options='--help --json --socket --database --config'
		files=
		;;
	'explain')
		options='--help --json --socket --database --config'
		files=yes
		;;
	'scan directories')
		options='--help --wait --accept-changed --socket --database --config'
		files=yes
		;;
	'scan servers')
		options='--help --wait --socket --database --config'
		files=
		;;
	'scan cancel')
		options='--help --socket --database --config'
		files=
		;;
	'exempt')
		options='--help --reason --until --author --socket --database --config'
		files=
		;;
	'unexempt')
		options='--help --socket --database --config'
		files=
		;;
	'config show')
		options='--help --all --json --socket --database --config'
		files=
		;;
	'config check')
		options='--help --socket --database --config'
		files=yes
		;;
	'config edit')
		options='--help --socket --database --config'
		files=
		;;
	'user list')
		options='--help --json --socket --database --config'
		files=
		;;
	'user add')
		options='--help --role --stdin --socket --database --config'
		files=
		;;
	'user role')
		options='--help --socket --database --config'
		files=
		;;
	'user passwd')
		options='--help --stdin --end-totp --socket --database --config'
		files=
		;;
	'user remove')
		options='--help --socket --database --config'
		files=
		;;
	'token list')
		options='--help --json --socket --database --config'
		files=
		;;
	'token add')
		options='--help --role --expires --socket --database --config'
		files=
		;;
	'token remove')
		options='--help --socket --database --config'
		files=
		;;
	'doctor')
		options='--help --json --socket --database --config'
		files=
		;;
	'completion')
		options='--help --socket --database --config'
		files=
		;;
	esac
	if [ -n "$files" ] && [ "${word#-}" = "$word" ]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	fi
}
complete -F _backup_checker backup-checker
