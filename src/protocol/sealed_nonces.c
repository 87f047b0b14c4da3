/*
 * sealed_nonces.c
 *		A guardian's decryption nonces between two moves, sealed.
 */
#include "protocol/sealed_nonces.h"

#include <sodium.h>

#define CIPHER_NONCE	crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define CIPHER_TAG		crypto_aead_xchacha20poly1305_ietf_ABYTES

static size_t
header_size(const eg_nonces *nonces)
{
	return 16 + 4 * (size_t) nonces->set.n + 3 * EG_HASH_BYTES +
		(nonces->stage == EG_NONCES_REVEALED ? EG_HASH_BYTES : 0);
}

size_t
eg_nonces_secret_size(const eg_nonces *nonces)
{
	return (size_t) nonces->items * EG_NONCE_ITEM_BYTES;
}

size_t
eg_nonces_size(const eg_nonces *nonces)
{
	return header_size(nonces) + CIPHER_NONCE +
		eg_nonces_secret_size(nonces) + CIPHER_TAG;
}

eg_opening_values
eg_nonces_values(const uint8_t *secret, size_t item)
{
	const uint8_t *a = secret + item * EG_NONCE_ITEM_BYTES + EG_SCALAR_BYTES;
	eg_opening_values values = {a, a + EG_ELEMENT_BYTES,
	a + 2 * EG_ELEMENT_BYTES};

	return values;
}

static void
write_header(uint8_t *bytes, const eg_nonces *nonces)
{
	eg_writer	writer = {bytes, 0};

	eg_write8(&writer, EG_NONCES_VERSION);
	eg_write8(&writer, nonces->stage);
	eg_write8(&writer, (uint8_t) nonces->use);
	eg_write8(&writer, 0);
	eg_write32(&writer, nonces->guardian);
	eg_write32(&writer, nonces->items);
	eg_write32(&writer, nonces->set.n);
	for (uint32_t i = 0; i < nonces->set.n; i++)
		eg_write32(&writer, nonces->set.indices[i]);
	eg_write(&writer, nonces->h_e, EG_HASH_BYTES);
	eg_write(&writer, nonces->ciphertexts, EG_HASH_BYTES);
	eg_write(&writer, nonces->own_commitments, EG_HASH_BYTES);
	if (nonces->stage == EG_NONCES_REVEALED)
		eg_write(&writer, nonces->all_commitments, EG_HASH_BYTES);
}

/* One key for the cipher, one for the hash that makes its nonce. */
static void
derive_keys(uint8_t (*keys)[EG_NONCE_KEY_BYTES], const uint8_t *key)
{
	static const char context[crypto_kdf_CONTEXTBYTES] = "egnonces";

	for (uint64_t i = 0; i < 2; i++)
		crypto_kdf_derive_from_key(keys[i], EG_NONCE_KEY_BYTES, i + 1,
								   context, key);
}

void
eg_nonces_seal(uint8_t *bytes, const eg_nonces *nonces, const uint8_t *secret,
			   const uint8_t *key)
{
	size_t		header = header_size(nonces);
	size_t		size = eg_nonces_secret_size(nonces);
	uint8_t    *cipher_nonce = bytes + header;
	uint8_t		keys[2][EG_NONCE_KEY_BYTES];
	crypto_generichash_state state;

	write_header(bytes, nonces);
	derive_keys(keys, key);
	crypto_generichash_init(&state, keys[1], sizeof(keys[1]), CIPHER_NONCE);
	crypto_generichash_update(&state, bytes, header);
	crypto_generichash_update(&state, secret, size);
	crypto_generichash_final(&state, cipher_nonce, CIPHER_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(cipher_nonce + CIPHER_NONCE,
											   NULL, secret, size, bytes,
											   header, NULL, cipher_nonce,
											   keys[0]);
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(keys, sizeof(keys));
}

static void
read_hash(eg_reader *reader, uint8_t *hash)
{
	const uint8_t *bytes = eg_read(reader, EG_HASH_BYTES);

	if (bytes != NULL)
		memcpy(hash, bytes, EG_HASH_BYTES);
}

bool
eg_nonces_read(eg_nonces *nonces, eg_bytes bytes, eg_fault *fault)
{
	eg_reader	reader = {bytes.data, bytes.size, false};
	uint8_t		version = eg_read8(&reader);
	uint8_t		use;
	uint8_t		reserved;

	memset(nonces, 0, sizeof(*nonces));
	nonces->stage = eg_read8(&reader);
	use = eg_read8(&reader);
	reserved = eg_read8(&reader);
	nonces->use = (eg_key_use) use;
	nonces->guardian = eg_read32(&reader);
	nonces->items = eg_read32(&reader);
	nonces->set.n = eg_read32(&reader);
	if (reader.failed || version != EG_NONCES_VERSION || reserved != 0 ||
		(nonces->stage != EG_NONCES_COMMITTED &&
		 nonces->stage != EG_NONCES_REVEALED) || use >= EG_KEY_USES ||
		nonces->items > EG_MAX_OPTIONS || nonces->set.n > EG_MAX_GUARDIANS)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"the nonces are not sealed nonces of a decryption");
	for (uint32_t i = 0; i < nonces->set.n; i++)
		nonces->set.indices[i] = eg_read32(&reader);
	read_hash(&reader, nonces->h_e);
	read_hash(&reader, nonces->ciphertexts);
	read_hash(&reader, nonces->own_commitments);
	if (nonces->stage == EG_NONCES_REVEALED)
		read_hash(&reader, nonces->all_commitments);
	if (reader.failed || bytes.size != eg_nonces_size(nonces))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"the nonces are cut, or longer than they should be");
	return true;
}

bool
eg_nonces_open(uint8_t *secret, const eg_nonces *nonces, eg_bytes bytes,
			   const uint8_t *key, eg_fault *fault)
{
	size_t		header = header_size(nonces);
	const uint8_t *cipher_nonce = bytes.data + header;
	uint8_t		keys[2][EG_NONCE_KEY_BYTES];
	int			failed;

	derive_keys(keys, key);
	failed = crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL,
														cipher_nonce +
														CIPHER_NONCE,
														eg_nonces_secret_size(nonces) +
														CIPHER_TAG, bytes.data,
														header, cipher_nonce,
														keys[0]);
	sodium_memzero(keys, sizeof(keys));
	return failed == 0 ||
		eg_fault_set(fault, EG_FAULT_VALUE,
					 "the nonces were damaged, or sealed by another guardian");
}
