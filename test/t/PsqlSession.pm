=pod

=head1 NAME

PsqlSession - a session with the server that can be watched while it works

=head1 SYNOPSIS

	my $session = PsqlSession->new($connection);
	$session->start('SELECT pg_sleep(60)');
	usleep(50_000) while $session->is_busy;
	my ($rows, $errors) = $session->finish;

One psql, in the background.  Errors come with their SQLSTATE and do not end
the session.

=cut

package PsqlSession;

use strict;
use warnings FATAL => 'all';

use IPC::Run;
use Time::HiRes qw(usleep);

use constant SAMPLING_INTERVAL => 50_000;    # microseconds

# Longer than any statement of a test, so that a hang is a failure.
use constant TIMEOUT => 300;

sub new
{
	my ($class, $connection) = @_;
	my $self = bless { in => '', out => '', err => '', statements => 0 },
	  $class;

	$self->{timeout} = IPC::Run::timeout(TIMEOUT);
	$self->{psql} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $connection ],
		'<', \$self->{in}, '>', \$self->{out}, '2>', \$self->{err},
		$self->{timeout});
	$self->{pid} = $self->query('SELECT pg_backend_pid()');
	return $self;
}

# The process of the backend.
sub pid
{
	my ($self) = @_;
	return $self->{pid};
}

# Sends statements; a line of its own on both channels will tell their end.
sub start
{
	my ($self, $sql) = @_;
	my $mark = 'end of ' . ++$self->{statements};

	$self->{end} = qr/^$mark\n/m;
	$self->{timeout}->start;
	$self->{in} .= "$sql\n;\n\\echo $mark\n\\warn $mark\n";
	$self->{psql}->pump_nb;
	return;
}

sub has_ended
{
	my ($self) = @_;
	return $self->{out} =~ $self->{end} && $self->{err} =~ $self->{end};
}

sub is_busy
{
	my ($self) = @_;

	$self->{psql}->pump_nb unless $self->has_ended;
	return !$self->has_ended;
}

# Waits for the end; returns what came as rows and what came as errors.
sub finish
{
	my ($self) = @_;

	$self->{psql}->pump until $self->has_ended;
	my ($out, $err) = @{$self}{qw(out err)};
	$out =~ s/\n?$self->{end}//;
	$err =~ s/$self->{end}//;
	$self->{out} = $self->{err} = '';
	return ($out, $err);
}

sub try_query
{
	my ($self, $sql) = @_;

	$self->start($sql);
	return $self->finish;
}

# The rows; dies of an error.
sub query
{
	my ($self, $sql) = @_;
	my ($out, $err) = $self->try_query($sql);

	die "$sql\n$err" if $err ne '';
	return $out;
}

sub quit
{
	my ($self) = @_;

	$self->{in} .= "\\q\n";
	$self->{psql}->finish;
	return;
}

# A field of the backend's status, as VmSize or RssAnon, in kB.  undef where
# the system does not tell.
sub memory
{
	my ($self, $field) = @_;

	open my $status, '<', "/proc/$self->{pid}/status" or return;
	my ($size) = map { /^$field:\s+(\d+) kB/ } <$status>;
	close $status;
	return $size;
}

# Runs statements; returns the largest private memory, in kB, that the backend
# was seen with.  VmHWM would not do: it counts shared buffers.
sub peak_memory
{
	my ($self, $sql) = @_;
	my $peak = $self->memory('RssAnon');

	$self->start($sql);
	while ($self->is_busy)
	{
		usleep(SAMPLING_INTERVAL);
		my $sample = $self->memory('RssAnon');
		$peak = $sample if $sample > $peak;
	}
	my (undef, $err) = $self->finish;
	die "$sql\n$err" if $err ne '';
	return $peak;
}

1;
