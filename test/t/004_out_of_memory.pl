#
# A backend that runs out of memory reports an error, and lives.
#
# The address space of a backend is limited from outside, to what it has and a
# little more, then twice as much more and so on until the work is done: each
# time memory ends at another place.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use Test::More;

use constant OPTIONS => 8_000;
use constant STEP => 64;           # kB, the first
use constant STEPS => 14;          # up to 512 MB

plan skip_all => 'prlimit of util-linux is not there'
  if system('prlimit --version >/dev/null 2>&1') != 0;

# LLVM ends a session that it gets no memory for.
my $server = start_server('out_of_memory', jit => 'off');
my $postmaster_start = 'SELECT pg_postmaster_start_time()';
my $start_time = $server->safe_psql('postgres', $postmaster_start);

$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE documents AS
	SELECT options, document, document::json AS text,
	       ballot, ballot::text AS hex, tally
	FROM unnest('{4,@{[ OPTIONS ]}}'::integer[]) options,
	     election.wide_ballot_json(options, 1) document,
	     LATERAL (SELECT document::eg.ballot OFFSET 0) AS x(ballot),
	     LATERAL (SELECT eg.tally(same)
	              FROM (SELECT ballot) AS y(same)) AS z(tally);

	CREATE TABLE partial_decryptions AS
	SELECT ciphertext,
	       array_agg(eg.partial_decrypt_unchecked(
	                     ciphertext, election.key_share(guardian))) AS two
	FROM documents, eg.ciphertexts(ballot), generate_series(1, 2) guardian
	WHERE options = 4 AND option_index = 1
	GROUP BY ciphertext;
	SQL

# What to run, with the number of options, and what to begin with: as deep in
# the stack, for the stack cannot grow either, but small.
my $of_documents = 'FROM documents WHERE options = %d';
my %work = (
	'cast from json' =>
	  "SELECT md5(eg.ballot_send(text::eg.ballot)) $of_documents",
	'cast from jsonb' =>
	  "SELECT md5(eg.ballot_send(document::eg.ballot)) $of_documents",
	'cast to jsonb' => "SELECT md5((ballot::jsonb)::text) $of_documents",
	'text input' =>
	  "SELECT md5(eg.ballot_send(hex::eg.ballot)) $of_documents",
	'eg.ciphertexts' =>
	  "SELECT md5(string_agg(eg.pad(ciphertext), ''))
	   FROM documents, eg.ciphertexts(ballot) WHERE options = %d",
	'eg.tally' =>
	  "SELECT md5(eg.encrypted_tally_send(eg.tally(ballot))) $of_documents",
	'eg.merge' =>
	  "SELECT md5(eg.encrypted_tally_send(eg.merge(tally))) $of_documents",
	'discrete logarithm' =>
	  "SELECT eg.combine_unchecked(ciphertext, election.joint_public_key(),
	                               '{1,2}', two,
	                               CASE %d WHEN 4 THEN 100 ELSE 1000000000 END)
	   FROM partial_decryptions");

# In kB above what the backend has now; no limit without.
sub limit_memory
{
	my ($session, $more) = @_;
	my $limit =
	  defined $more
	  ? 1024 * ($session->memory('VmSize') + $more)
	  : 'unlimited';

	system('prlimit', '--pid', $session->pid, "--as=$limit:") == 0
	  or die 'cannot limit the memory of a backend';
	return;
}

foreach my $name (sort keys %work)
{
	my $query = sprintf $work{$name}, OPTIONS;
	my $expected = $server->safe_psql('postgres', $query);
	my $session = session($server);
	my (@failed, @wrong);
	my $answer = '';

	$session->query(sprintf $work{$name}, 4);
	foreach my $step (map { $_ ? STEP << ($_ - 1) : 0 } (0 .. STEPS))
	{
		limit_memory($session, $step);
		($answer, my $error) = $session->try_query($query);
		my $after = $session->query('SELECT pg_backend_pid()');
		limit_memory($session);

		push @wrong, "$step kB: $answer$error"
		  unless $after eq $session->pid
		  && ($error =~ /\AERROR:  53200: out of memory\n/
			|| $error eq '' && $answer eq $expected);
		last if $error eq '';
		push @failed, $step;
	}
	cmp_ok(scalar @failed, '>', 0, "$name runs out of memory");
	is_deeply(\@wrong, [],
		"$name gives an error for want of memory, and the session goes on");
	is($answer, $expected, "$name does its work in the end");
	note "$name: no memory with @failed kB more";
	$session->quit;
}

is($server->safe_psql('postgres', $postmaster_start),
	$start_time, 'the server has run throughout');
ok( !$server->log_contains(qr/terminated by signal|PANIC/),
	'and no process has crashed');

$server->stop;
done_testing();
