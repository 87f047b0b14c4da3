=pod

=head1 NAME

Figures - what `make bench` measures, and the bars of some of it

=cut

package Figures;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use List::Util qw(max);

our @EXPORT = qw(@figures misses_bar in_digits);

# Name, least or greatest ratio, what is measured and against what.
my $table = <<'END';
mulmod_one_number               | >= 4.2  | product mod p, one-number kernel                   | mpz_mul, mpz_mod
mulmod_eight_lanes              | >= 6    | product mod p, 8-lane kernel                       | mpz_mul, mpz_mod
mulmod_ifma                     |         | product of the tally, from bytes                   | mpz_import, mpz_mul, mpz_mod
tally_sql_ifma                  | >= 0.75 | eg.tally(ballot), each of 20 000 ballots           | 8-lane kernel
tally_ciphertext_sql_ifma       | >= 0.6  | eg.tally(ciphertext), each of 20 000               | one-number kernel
encrypt_sql_ifma                | >= 22   | encrypt a ballot of 4 options                      | 31 mpz_powm
fixed_base_secret_ifma          | >= 38   | g^x, secret x, batch of 8, each                    | mpz_powm_sec
encryption_batch_ifma           | >= 24   | the 31 powers of a ballot                          | 31 mpz_powm
verify_sql_ifma                 | >= 14   | eg.verify in WHERE, 4 options                      | 51 mpz_powm
verify_call_sql_ifma            | >= 14   | eg.verify, a single call, 4 options                | 51 mpz_powm
verify_sql_12_options_ifma      | >= 16   | eg.verify in WHERE, 12 options in 3 contests       | 147 mpz_powm
verify_call_sql_12_options_ifma | >= 16   | eg.verify, a single call, 12 options in 3 contests | 147 mpz_powm
ballot_batch_ifma               | >= 15   | the powers of the check of a ballot                | 51 mpz_powm
commit_sql_ifma                 | >= 11   | partial decryption and commitment, an option       | 3 mpz_powm_sec
decryption_batch_ifma           | >= 11   | its powers, for 8 options, each                    | 3 mpz_powm_sec
respond_sql_ifma                |         | response, an option                                | 3 mpz_powm_sec
combine_sql_ifma                |         | combination of 2 guardians, an option              | 8 mpz_powm
power_secret_batch_ifma         |         | A^x, secret x, batch of 8, each                    | mpz_powm_sec
tally_two_processes             | >= 1.7  | tally of 200 000 ballots, two processes            | one process
verify_two_processes            | >= 1.8  | verify of 2 000 ballots, two processes             | one process
tally_20000_by_2000_ifma        | <= 11   | tally of 20 000 ballots                            | tally of 2 000
private_memory                  | >= 1    | RssAnon of the backend after all of it             | table cache + 8 MiB
hash_of_encryption_ifma         | <= 0.05 | hashes of encrypting a ballot                      | all of it
hash_of_verification_ifma       | <= 0.05 | hashes of verifying a ballot                       | all of it
interrupt_tally_median          | >= 1    | cancel of a tally, median of 21                    | 100 ms
interrupt_tally_max             | >= 1    | cancel of a tally, longest                         | 100 ms
interrupt_combine_median        | >= 1    | cancel of a decryption, median of 21               | 100 ms
interrupt_combine_max           | >= 1    | cancel of a decryption, longest                    | 100 ms
chunks_of_50_ifma               |         | tally of a box in chunks of 50, a ballot           | one statement
chunks_of_200_ifma              | <= 1.15 | tally of a box in chunks of 200, a ballot          | one statement
chunks_of_1000_ifma             |         | tally of a box in chunks of 1 000, a ballot        | one statement
accepted_by_1                   |         | ballots into a box by one session                  | verification alone
accepted_by_2                   |         | ballots into a box by two sessions                 | verification alone
accepted_by_8                   |         | ballots into a box by eight sessions               | verification alone
mulmod_portable                 | >= 1.25 | product of the tally, from bytes                   | mpz_import, mpz_mul, mpz_mod
fixed_base_public               | >= 8    | g^x, public x                                      | mpz_powm
fixed_base_secret               | >= 3.5  | g^x, secret x                                      | mpz_powm_sec
power_public                    |         | A^x, public x                                      | mpz_powm
power_secret_batch_portable     |         | A^x, secret x, batch of 8, each                    | mpz_powm_sec
power_product_2                 |         | A^v M^c                                            | 2 mpz_powm
membership                      |         | A^q = 1                                            | mpz_powm
encryption_batch_portable       |         | the 31 powers of a ballot                          | 31 mpz_powm
decryption_batch_portable       |         | a partial decryption and commitment                | 3 mpz_powm_sec
ballot_batch_portable           |         | the powers of the check of a ballot                | 51 mpz_powm
tally_sql                       | >= 0.8  | eg.tally(ballot), each of 20 000 ballots           | portable kernel
tally_ciphertext_sql            |         | eg.tally(ciphertext), each of 20 000               | portable kernel
encrypt_sql                     | >= 2.2  | encrypt a ballot of 4 options                      | 31 mpz_powm
verify_sql                      | >= 2.5  | eg.verify in WHERE, 4 options                      | 51 mpz_powm
verify_call_sql                 |         | eg.verify, a single call, 4 options                | 51 mpz_powm
verify_sql_12_options           |         | eg.verify in WHERE, 12 options in 3 contests       | 147 mpz_powm
verify_call_sql_12_options      |         | eg.verify, a single call, 12 options in 3 contests | 147 mpz_powm
commit_sql                      |         | partial decryption and commitment, an option       | 3 mpz_powm_sec
respond_sql                     |         | response, an option                                | 3 mpz_powm_sec
combine_sql                     |         | combination of 2 guardians, an option              | 8 mpz_powm
tally_20000_by_2000             | <= 11   | tally of 20 000 ballots                            | tally of 2 000
tally_200000_by_20000           | <= 11   | tally of 200 000 ballots                           | tally of 20 000
hash_of_encryption              | <= 0.05 | hashes of encrypting a ballot                      | all of it
hash_of_verification            | <= 0.05 | hashes of verifying a ballot                       | all of it
chunks_of_50                    |         | tally of a box in chunks of 50, a ballot           | one statement
chunks_of_200                   | <= 1.15 | tally of a box in chunks of 200, a ballot          | one statement
chunks_of_1000                  |         | tally of a box in chunks of 1 000, a ballot        | one statement
END

# The kernel that a figure is about.
sub kernel_of
{
	my ($name) = @_;

	return 'ifma' if $name =~ /_ifma$|^mulmod_(?:one_number|eight_lanes)$/;
	return 'any' if $name =~ /^(?:accepted|interrupt|private_memory)|_two_processes$/;
	return 'portable';
}

our @figures = map {
	my ($name, $bar, $what, $against) = split /\s*\|\s*/;
	my ($less, $limit) = $bar =~ /^([<>])= (\S+)$/;

	{
		name => $name,
		of => kernel_of($name),
		what => $what,
		against => $against,
		!defined $limit ? ()
		: $less eq '<' ? (at_most => 0 + $limit)
		: (at_least => 0 + $limit)
	};
} split /\n/, $table;

sub misses_bar
{
	my ($figure, $ratio) = @_;

	return exists $figure->{at_least} && $ratio < $figure->{at_least}
	  || exists $figure->{at_most} && $ratio > $figure->{at_most};
}

# A number in so many significant digits, or all of its integer part if that has
# more: %g would go over to exponents.
sub in_digits
{
	my ($digits, $number) = @_;
	my ($exponent) = sprintf('%.*e', $digits - 1, $number) =~ /e(.*)/;
	my $decimals = $number == int $number ? 0 : max(0, $digits - 1 - $exponent);

	return sprintf '%.*f', $decimals, $number;
}

1;
