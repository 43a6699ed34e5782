/* quick_pwhash.c - a passphrase that is cheap to try, for tests that open hundreds of
 * key files: linked with --wrap=crypto_pwhash. What makes a guess expensive is tried in
 * unit_key_format. */
#include <sodium.h>

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long outlen,
        const char *passphrase, unsigned long long len, const unsigned char *salt,
        unsigned long long ops, size_t memory, int algorithm);

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long outlen,
        const char *passphrase, unsigned long long len, const unsigned char *salt,
        unsigned long long ops, size_t memory, int algorithm)
{
    (void)ops;
    (void)memory;
    (void)algorithm;
    return crypto_generichash(out, (size_t)outlen, (const unsigned char *)passphrase,
            len, salt, crypto_pwhash_SALTBYTES);
}
