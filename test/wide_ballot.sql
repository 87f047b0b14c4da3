--
-- Ballots with as many options as wanted, quickly: all with the same
-- ciphertext.  After election.sql.
--
CREATE FUNCTION election.wide_ballot_json(options integer, vote bigint)
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT jsonb_set(ballot, '{contests,0,selections}',
                (SELECT jsonb_agg((ballot #> '{contests,0,selections,0}') ||
                                  jsonb_build_object('selection_id', 'option-' || i,
                                                     'sequence_order', i))
                 FROM generate_series(1, options) i))
            FROM election.ballot_json('wide-' || options,
                jsonb_build_object('contest', jsonb_build_object('option', vote)))
                AS x(ballot));

CREATE FUNCTION election.wide_ballot(options integer, vote bigint)
    RETURNS eg.ballot
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN election.wide_ballot_json(options, vote)::eg.ballot;
