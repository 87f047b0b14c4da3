#
# kill -9 of backends and of the postmaster, at random moments while ballots are
# submitted, cast and tallied and a guardian decrypts at his desk: what was
# acknowledged is there, nothing counts twice, no chunk is stuck, and the tally
# is that of one statement.
#
# EGTALLY_KILLS says how many; `make kills` makes it 200.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use constant KILLS => $ENV{EGTALLY_KILLS} || 20;
use constant CLERKS => 2;
use constant DECRYPTIONS => 10;
use constant BALLOTS => 1_000;    # of each clerk in a round, if it lasts that long

my $seed = $ENV{EGTALLY_SEED} || time % 1_000_000;
srand $seed;
note "EGTALLY_SEED=$seed";

my $server = start_server('kills', restart_after_crash => 'on');
my $folder = PostgreSQL::Test::Utils::tempdir;

# The record as the README makes it of a box.
my ($recipe) = slurp_file("$ENV{TESTDIR}/README.md") =~
  /^```sql\n(SELECT f\.\*\nFROM vote2026\.ballot b,.*?)^```\n/ms;
my ($ballot_files, $device_files, $tally_files) = split /;\n/, $recipe =~ s/vote2026/vote/gr;

# One guardian, at a desk in the database of the box: what is tried is whether
# his nonces outlive the kills.
$server->safe_psql('postgres', <<~SQL);
	SET jit = off;
	SELECT eg.create_guardian_desk('desk');
	SELECT desk.create_keys(1, 1, 1, 'secret');
	CREATE TABLE election AS
	SELECT eg.create_election(convert_to('{"label": "kills", "contests": [
	           {"label": "measure", "selection_limit": 1, "options": [{"label": "yes"}]}],
	           "ballot_styles": [{"label": "one", "contests": [1]}]}', 'UTF8'),
	           1, desk.public_keys()) AS election;
	SELECT desk.accept_election(election, 'secret') FROM election;
	SELECT eg.create_ballot_box('vote', election) FROM election;
	SELECT vote.add_device('clerk ' || n, 'clerk ' || n || ', hall', n - 1)
	FROM generate_series(1, @{[ CLERKS ]}) n;

	-- What the devices have; those of the second clerk are chained.
	CREATE TABLE ballots (clerk integer, n integer, ballot eg.ballot, PRIMARY KEY (clerk, n));
	CREATE VIEW last_ballots AS
	SELECT DISTINCT ON (clerk) * FROM ballots ORDER BY clerk, n DESC;
	CREATE PROCEDURE make_ballot(given integer) LANGUAGE sql AS \$\$
	    INSERT INTO ballots
	    SELECT given, next, eg.chain(election, eg.encrypt(election, given || '-' || next, 'one',
	               '{"measure": ["yes"]}', 'clerk ' || given), 'clerk ' || given || ', hall', given - 1,
	               CASE WHEN given = 2 THEN eg.confirmation_code(ballot) END)
	    FROM election LEFT JOIN last_ballots ON clerk = given, coalesce(n + 1, 1) next \$\$;
	CREATE PROCEDURE make_record() LANGUAGE sql AS \$\$
	    TRUNCATE desk_record.file;
	    INSERT INTO desk_record.file
	    SELECT f.* FROM desk.guardian g, eg.election_files(g.election, g.guardian_record) f;
	    INSERT INTO desk_record.file $ballot_files;
	    INSERT INTO desk_record.file $device_files \$\$;

	-- A first record, for the desk to work on meanwhile
	CALL make_ballot(1);
	CALL make_ballot(2);
	SELECT vote.submit(ballot) FROM ballots WHERE n = 1 ORDER BY clerk;
	SELECT vote.cast_ballot(eg.confirmation_code(ballot)) FROM ballots WHERE n = 1;
	CALL make_record();
	INSERT INTO desk_record.file
	SELECT f.* FROM election, eg.tally_files(eg.complete_tally(election,
	    (SELECT eg.tally(eg.cast_ballot(ballot)) FROM ballots WHERE n = 1))) f;
	SELECT eg.import_record('desk_record');
	SELECT desk.verify_record();
	SELECT desk.commit_tally('{1}', 'secret') FROM generate_series(1, @{[ DECRYPTIONS ]});
	SQL

# What each of them does, one transaction after the other; a line is printed
# when the server has acknowledged it.  Who does not know whether his last ballot
# has arrived submits it again.
sub clerk_script
{
	my ($clerk) = @_;
	my $submit = "SELECT 'submit $clerk ' || n FROM (SELECT n, vote.submit(ballot) FROM last_ballots WHERE clerk = $clerk OFFSET 0) x;\n";
	my $cast = "SELECT 'cast $clerk ' || n FROM (SELECT n, vote.cast_ballot(eg.confirmation_code(ballot)) FROM last_ballots WHERE clerk = $clerk OFFSET 0) x;\n";

	return $submit . $cast . "CALL make_ballot($clerk);\n$submit$cast" x BALLOTS;
}

# One of the two verifies again what he tallies.
sub worker_script
{
	my ($verify_again) = @_;
	return "CALL eg.tally_ballot_box('vote', 5, $verify_again);\nSELECT pg_sleep(0.01);\n" x 500;
}

sub desk_script
{
	my $script = '';

	foreach my $decryption (map { 1 + int rand DECRYPTIONS } (1 .. 100))
	{
		$script .= <<~SQL;
			SELECT commitments FROM desk.decryption WHERE decryption = $decryption \\gset
			CALL desk.reveal($decryption, ARRAY[:'commitments'::jsonb], 'secret') \\gset
			SELECT 'reveal', $decryption, md5(:'reveal');
			SELECT md5(desk.respond($decryption, ARRAY[:'commitments'::jsonb], ARRAY[:'reveal'::jsonb], 'secret')::text);
			SQL
	}
	return $script;
}

my (%acknowledged, @revealed);

sub start_client
{
	my ($name, $script) = @_;
	my $client = { name => $name, out => '', err => '' };

	unlink "$folder/$name.sql";
	append_to_file("$folder/$name.sql", "SET client_min_messages = warning;\nSET jit = off;\n$script");
	$client->{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $server->connstr('postgres'), '-f', "$folder/$name.sql" ],
		'<', \undef, '>', \$client->{out}, '2>', \$client->{err});
	return $client;
}

sub end_client
{
	my ($client) = @_;

	$client->{run}->finish;
	foreach my $line (split /\n/, $client->{out})
	{
		$acknowledged{$line} = 1 if $line =~ /^(submit|cast) \d+ \d+$/;
		push @revealed, [ $1, $2 ] if $line =~ /^reveal\|(\d+)\|(\w+)$/;
	}

	# What was done, but not acknowledged, is not done again.
	foreach (grep { /ERROR: / } split /\n/, $client->{err})
	{
		diag "$client->{name}: $_"
		  unless /ballot "\d+-\d+" (?:has been submitted|is cast) already$|terminating connection|worker died/;
	}
	return;
}

sub wait_for_reveal
{
	my ($client) = @_;
	my $begun = time;

	while ($client->{out} !~ /^reveal/m && time - $begun < 60)
	{
		usleep(10_000);
		$client->{run}->pump_nb;
	}
	return;
}

# While the server recovers, it refuses connections, or drops them.
sub patient_query
{
	my ($sql) = @_;
	my ($out, $err);

	foreach (1 .. 300)
	{
		return $out =~ s/\n\z//r
		  if IPC::Run::run(
			[ 'psql', '-XAtq', '-d', $server->connstr('postgres'), '-c', $sql ],
			'<', \undef, '>', \$out, '2>', \$err);
		usleep(100_000);
	}
	die "$sql\n$err";
}

# The children of a postmaster that was killed end by themselves.
sub kill_postmaster
{
	my ($pid) = slurp_file($server->data_dir . '/postmaster.pid') =~ /^(\d+)/;

	kill KILL => $pid;
	usleep(50_000) while kill 0 => $pid;
	$server->{_pid} = undef;
	foreach (1 .. 100)
	{
		last if $server->start(fail_ok => 1);
		usleep(100_000);
	}
	return;
}

sub kill_backend
{
	my @pids = split /\n/, patient_query(<<~'SQL');
		SELECT pid FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
		SQL

	kill KILL => $pids[ rand @pids ] if @pids;
	usleep(100_000);
	return;
}

my $start = time;
foreach my $round (1 .. KILLS)
{
	my @clients = (
		(map { start_client("clerk_$_", clerk_script($_)) } (1 .. CLERKS)),
		(map { start_client("worker_$_", worker_script($_ == 1 ? 'true' : 'false')) } (1 .. 2)),
		start_client('desk', desk_script()));

	# To open his secret takes the guardian longer than anything else.
	wait_for_reveal($clients[-1]) if $round % 3 == 0;
	usleep(50_000 + rand 500_000);
	$round % 4 == 0 ? kill_postmaster() : kill_backend();

	# A session that the kill did not end is ended now.
	patient_query(<<~'SQL');
		SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
		SQL
	end_client($_) foreach @clients;
}
note sprintf '%d kills in %.0f s: %d acknowledgements, %d reveals', KILLS,
  time - $start, scalar keys %acknowledged, scalar @revealed;
cmp_ok(scalar keys %acknowledged, '>', 2 * KILLS, 'ballots were submitted and cast');
cmp_ok(scalar @revealed, '>', 0, 'the guardian decrypted');

my %there = map { $_ => 1 } split /\n/, $server->safe_psql('postgres', <<~'SQL');
	SELECT replace(s.state, 'submitted', 'submit') || ' ' || replace(ballot_id, '-', ' ')
	FROM vote.ballot b JOIN vote.ballot_state s ON s.ballot = b.number
	SQL
my $lost = grep { !$there{$_} } keys %acknowledged;
is($lost, 0, 'nothing that was acknowledged is lost');

# No chunk is stuck: what the kills have parked is released, and tallied.
note $server->safe_psql('postgres', <<~'SQL');
	SELECT event, count(*) FROM vote.log GROUP BY 1 ORDER BY 1;
	SELECT 'chunks begun again', count(*) FROM vote.chunk WHERE attempts > 1
	SQL
$server->safe_psql('postgres', <<~'SQL');
	SELECT vote.submit(ballot) FROM last_ballots
	WHERE NOT EXISTS (SELECT FROM vote.ballot WHERE ballot_id = eg.ballot_id(last_ballots.ballot));
	SELECT vote.cast_ballot(confirmation_code) FROM vote.undecided;
	CALL eg.tally_ballot_box('vote', 5);
	SELECT vote.release_chunk(chunk) FROM vote.chunk WHERE parked_at IS NOT NULL;
	CALL eg.tally_ballot_box('vote', 5);
	SQL
is( $server->safe_psql('postgres',
		'SELECT problem, subject, detail FROM vote.health'),
	'', 'no chunk is stuck');

# One ballot of each clerk is challenged, one is void, and one undecided.
foreach my $clerk (1 .. CLERKS)
{
	my $submit = "CALL make_ballot($clerk);\nSELECT vote.submit(ballot) AS code FROM last_ballots WHERE clerk = $clerk \\gset\n";
	$server->safe_psql('postgres', <<~SQL);
		$submit SELECT vote.challenge(:'code');
		$submit SELECT vote.void(:'code', 'torn');
		$submit
		SQL
}
$server->safe_psql('postgres', 'SELECT vote.close()');
is( $server->safe_psql('postgres',
		'SELECT DISTINCT step, subject FROM vote.checks WHERE ok IS NOT TRUE'),
	'', 'every check of the box passes: chains, states, and the tally in one statement');
is($server->safe_psql('postgres', <<~'SQL'), 't|t', 'each ballot counts once');
	SELECT (SELECT sum(ballots) FROM vote.partial_tally) = count(*),
	       eg.complete_tally((SELECT election FROM election), eg.tally(eg.cast_ballot(b.ballot)))
	       OPERATOR(eg.=) vote.final_tally()
	FROM ballots b WHERE eg.ballot_id(ballot) IN
	    (SELECT ballot_id FROM vote.ballot JOIN vote.ballot_state ON ballot_state.ballot = number WHERE state = 'cast')
	SQL

# A reveal that went out is the same again, whatever came after it.
my %checked;
my @changed = grep {
	my ($decryption, $digest) = @$_;
	$server->safe_psql('postgres', <<~SQL) ne $digest;
		SELECT commitments FROM desk.decryption WHERE decryption = $decryption \\gset
		CALL desk.reveal($decryption, ARRAY[:'commitments'::jsonb], 'secret') \\gset
		SELECT md5(:'reveal')
		SQL
} grep { !$checked{"@$_"}++ } @revealed;
is(scalar @changed, 0, 'what the guardian revealed is the same again');

# The guardian decrypts the tally of the box; that of the first record, which he
# had for the kills, stands in the way.
$server->safe_psql('postgres', "CALL make_record(); INSERT INTO desk_record.file $tally_files");
my $votes = $server->safe_psql('postgres', <<~'SQL');
	SET jit = off;
	SELECT count(eg.import_record('desk_record')) AS n \gset
	DELETE FROM desk.decrypted;
	SELECT count(desk.verify_record()) AS n \gset
	SELECT decryption, commitments FROM desk.commit_tally('{1}', 'secret') \gset
	CALL desk.reveal(:decryption, ARRAY[:'commitments'::jsonb], 'secret') \gset
	SELECT desk.respond(:decryption, ARRAY[:'commitments'::jsonb], ARRAY[:'reveal'::jsonb], 'secret') AS response \gset
	SELECT count(vote.receive_decryption(guardian_record, ARRAY[:'commitments'::jsonb], ARRAY[:'reveal'::jsonb],
	                                     ARRAY[:'response'::jsonb])) AS n FROM desk.guardian \gset
	SELECT option, votes = (SELECT count(*) FROM vote.ballot_state WHERE state = 'cast'), votes = ballots, final
	FROM vote.results;
	SELECT count(desk.mark_opened()) AS n \gset
	SELECT count(*) FROM desk.share_nonces('secret');
	SQL
is($votes, "yes|t|t|t\n" . 3 * CLERKS,
	'and their votes are decrypted at the desk, and what is not cast can be opened');

$server->stop;
done_testing();
