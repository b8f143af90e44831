/**
 * A shell script that runs its arguments as a command and ends it when standard input ends. The starter holds the other
 * end of that pipe and never writes: however the starter goes, by SIGKILL too, the kernel closes the pipe. The whole
 * process group then gets SIGTERM (again and again: one that comes between fork and exec is lost) and, if the command is
 * still there after ten seconds, SIGKILL. The script outlives SIGTERM and stays until the command has gone, so that the
 * leader of the group is the last to leave.
 */
const SCRIPT = `
trap : TERM INT HUP
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{
  trap "" TERM
  read -r line <&3
  ticks=0
  while kill -0 "$command" && [ "$ticks" -lt 100 ]; do kill -TERM 0; sleep 0.1; ticks=$((ticks + 1)); done
  kill -KILL 0
} 2>/dev/null &
watcher=$!
exec 3<&-
wait "$command"
status=$?
# A signal to us ends a wait before its time.
while kill -0 "$command" 2>/dev/null; do wait "$command"; status=$?; done
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;

/** The command line that runs `command` on the tether; give it a pipe as standard input. */
export function tethered(command: readonly string[]): string[] {
  return ['/bin/sh', '-c', SCRIPT, 'tether', ...command];
}
