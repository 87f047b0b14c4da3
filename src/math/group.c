/*
 * group.c
 *		The groups of ElectionGuard as data.
 *
 * The unit tests check every constant here against GMP's mpz functions: that
 * p, q and (p - 1) / 2q are prime, that g = 2^r mod p is of order q, and all
 * that is derived from p.
 */
#include "group.h"

#include "limbs.h"

#if GMP_LIMB_BITS != 64 || GMP_NAIL_BITS != 0
#error "egtally needs a GMP with limbs of 64 bits"
#endif

/* q = 2^256 - 189 in both groups (spec 3.1.1, equation 3). */
#define Q_GAP	189

static const mp_limb_t q_256[] = {
	0xffffffffffffff43, 0xffffffffffffffff, 0xffffffffffffffff,
	0xffffffffffffffff
};

/* The standard baseline parameters of 2.1.0 (spec 3.1.1). */
static const mp_limb_t p_2_1_0[] = {
	0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
	0xffffffffffffffff, 0xa2d8fdd0df2fd608, 0xd9b9d4b713e06162,
	0x92d356890defe9ca, 0xfb5f2da4b7510058, 0xd762265890445744,
	0xef2f0ce2d7373958, 0x2ac5b61cc4e9207c, 0x57339ba2beba7d05,
	0x0060e49908391a0c, 0x621363196af50302, 0x05c128d53d0bd2f9,
	0x36e02b20cee886b9, 0x0bbb16faf3d949f2, 0x422183edc9942109,
	0x5e9222b88c66d3c5, 0x61affd446b1ca3cf, 0x268a5c1f9538b982,
	0x8d6f5177fbcf0755, 0xa17293d1228a4ef9, 0x44a02554731cdc8e,
	0x96d4e6d330af889b, 0x5570b6c68f969834, 0x7598a1951ae273ee,
	0x4d162db3b365853d, 0x5f50b5185064c18b, 0x078f735d1b2db31b,
	0xae313cdb6c606cb1, 0x955d5179b1e17b9d, 0x0c480a5417350d2c,
	0x074db6015cfe7aa3, 0x6a9c7f8a5e148e82, 0x25669b333564a337,
	0x4c1a1e0bd1d6095d, 0xcccc4e659393514c, 0xc943e732b479cd33,
	0x17460775db8990e5, 0x7d2e23de1400b396, 0xee569d6dfc1efa15,
	0x610d30f88fe551a2, 0x07f4ca11fb5bfb90, 0xda2d97c50f3fd5c6,
	0x655fa1872f20e3a2, 0xf5dfa6bd38303248, 0x72ce87b19d6548ca,
	0x256fa0ec7657f74b, 0xb9ea9bc3b136603b, 0x1acbda11317c387e,
	0x3e96ca16224ae8c5, 0x27573b291169b825, 0xed2eae35c1382144,
	0x559552fb4afa1b10, 0xe7b876206debac98, 0x8a0d175b8baafa2b,
	0x40f343267298b62d, 0xc9e3b39803f2f6af, 0xb17217f7d1cf79ab,
	0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
	0xffffffffffffffff
};

static const mp_limb_t g_2_1_0[] = {
	0x17b178b6b9d8ae0f, 0x51ca3f29b31e77e3, 0xd68722b054633fec,
	0xe7eba151ba486094, 0x935a6b1ea2f75b85, 0x983a6f31b0ee4697,
	0xda1653f133aa2534, 0x4ef09ec86f9552ff, 0x5a6a0581d3d80a3b,
	0x457f883ec20112a7, 0xdb54d128fd99c14b, 0x92962c5ec6925348,
	0x93a9d5f450de39cb, 0x12b01a5eb86399a5, 0xccd28b73feda29ec,
	0x6c643fb30d6d58af, 0x04eda9dd01106151, 0x7541e79ec57437e5,
	0xad1acd997eba1365, 0x93639fdfdea49f76, 0xc57985e39b200b48,
	0x806eb681119330e6, 0x24c8cff809e79a4d, 0x662a6b7e9a9e449a,
	0x11802a2557916534, 0x0ad39f733797a1ea, 0x93b2a442eec271c5,
	0x466afd8e4bf19355, 0xdc49e828c1ed7387, 0x815000d2aaccfe43,
	0x20a746c3591a2db3, 0x8a92685a07012b1a, 0xcb62305cd541be1e,
	0x5c33dd37ea4a1d00, 0x49a65666889820a4, 0x5728035cea26b44c,
	0x28c23e52759bc776, 0x1f273dbb4fcea1e6, 0x1984f033c4d17837,
	0x755e2ac5a5027db8, 0xf3b681db87dc4242, 0x3c857a6468d001ac,
	0xa8d9ad34dff799e3, 0x0922139f90a62f2a, 0x7d7aea0756237fb4,
	0xb1b86c53bfbe9998, 0xa41e21ff5dc778eb, 0x7996adfe534b63cc,
	0x34be35cbcdd3e7bb, 0xc14202ee6c996160, 0x779f3ffbdca22900,
	0xd27fc9a17d2af49a, 0xfe93b2d58bb9c1d1, 0x5d24a22f130f2d04,
	0x016f7465cf59bbf4, 0x4236ab2cfdd783a5, 0x3dda618ffd910d3c,
	0x058bf2f995d2479d, 0x4029114c4d7a9bfe, 0xf38cfe77a7e45acf,
	0x39b477ac05f7f885, 0x1fee1c2bce6d02ea, 0xdc566d3a312fe413,
	0x36036fed214f3b50
};

static const mp_limb_t r1_2_1_0[] = {
	0x0000000000000001, 0x0000000000000000, 0x0000000000000000,
	0x0000000000000000, 0x5d27022f20d029f7, 0x26462b48ec1f9e9d,
	0x6d2ca976f2101635, 0x04a0d25b48aeffa7, 0x289dd9a76fbba8bb,
	0x10d0f31d28c8c6a7, 0xd53a49e33b16df83, 0xa8cc645d414582fa,
	0xff9f1b66f7c6e5f3, 0x9dec9ce6950afcfd, 0xfa3ed72ac2f42d06,
	0xc91fd4df31177946, 0xf444e9050c26b60d, 0xbdde7c12366bdef6,
	0xa16ddd4773992c3a, 0x9e5002bb94e35c30, 0xd975a3e06ac7467d,
	0x7290ae880430f8aa, 0x5e8d6c2edd75b106, 0xbb5fdaab8ce32371,
	0x692b192ccf507764, 0xaa8f4939706967cb, 0x8a675e6ae51d8c11,
	0xb2e9d24c4c9a7ac2, 0xa0af4ae7af9b3e74, 0xf8708ca2e4d24ce4,
	0x51cec324939f934e, 0x6aa2ae864e1e8462, 0xf3b7f5abe8caf2d3,
	0xf8b249fea301855c, 0x95638075a1eb717d, 0xda9964ccca9b5cc8,
	0xb3e5e1f42e29f6a2, 0x3333b19a6c6caeb3, 0x36bc18cd4b8632cc,
	0xe8b9f88a24766f1a, 0x82d1dc21ebff4c69, 0x11a9629203e105ea,
	0x9ef2cf07701aae5d, 0xf80b35ee04a4046f, 0x25d2683af0c02a39,
	0x9aa05e78d0df1c5d, 0x0a205942c7cfcdb7, 0x8d31784e629ab735,
	0xda905f1389a808b4, 0x4615643c4ec99fc4, 0xe53425eece83c781,
	0xc16935e9ddb5173a, 0xd8a8c4d6ee9647da, 0x12d151ca3ec7debb,
	0xaa6aad04b505e4ef, 0x184789df92145367, 0x75f2e8a4745505d4,
	0xbf0cbcd98d6749d2, 0x361c4c67fc0d0950, 0x4e8de8082e308654,
	0x0000000000000000, 0x0000000000000000, 0x0000000000000000,
	0x0000000000000000
};

static const mp_limb_t r2_2_1_0[] = {
	0x2e5953604aef4ff2, 0x31cb2a39b46cf665, 0x49e5fbcb6bf39e2b,
	0xc4c167ec12749da4, 0x267724fd0ad9b901, 0x2f9d4d4e2c0d351e,
	0x17e26c8f869bc48e, 0x5a22318f1f5d22f3, 0x821429f0f620b692,
	0xc0f4b46b044125d3, 0x3ab751e954c0aac3, 0xd7af187d9985d50b,
	0xa2184ff606ce3e8e, 0xb70889bade80a3b3, 0x21f749be08504a23,
	0x76b2e6b3dde588b8, 0x9be046b063668868, 0xabd481e0d74dd6f9,
	0x60a45e70959193d2, 0xf8fa156506e08903, 0x8cd37f5e31d1c90e,
	0x830afba02b46f4f3, 0x0cb814ff2dd13c78, 0x775d2fdabf5e6679,
	0x6b03639559d3517d, 0xee75b5cf711f60ef, 0xfb97fe85562bfd5b,
	0x1ae14d904fc4a65b, 0xfb1da2dc4b065168, 0x2f1101d8bd86609b,
	0x32d3a3c709c659b4, 0xec0085bc30e3921b, 0xc375b4dc056376e6,
	0x55febc3f958f77ed, 0x020918ebd0ef401f, 0x82c26c413f3840ca,
	0x42a40f8079401024, 0xca9627da9ad4577d, 0xcc7fa85041e3345c,
	0xa2fa72447b34e7ac, 0x6534a7b68799fe8f, 0xf8efca728312fe4a,
	0xf367646bb1310d58, 0x7b2ffec42b03348d, 0x5c53cdf818db2f51,
	0x44d54f6d620fa96d, 0x00ce207a180ea6f2, 0x210eb9a77b9c0dce,
	0x0e34e572634e8c5e, 0x9d5e684626e42170, 0x5982659bee81dc62,
	0x3f12460273fec008, 0x465562a9036c5972, 0xb687819c0f4db64e,
	0xb4d89614ab5b3195, 0xa429b1a9db50e5f2, 0x250711c96064f9fa,
	0x033785e8b92e7966, 0x5fe7184338d54722, 0x67357d5c8d03e48f,
	0x294bf176ad7b15c4, 0xa59c92e97a366067, 0xd99e8057f9301cc5,
	0xf14289ebca85ca3d
};

/* The 4096-bit group of ElectionGuard 1.x, made in the same way. */
static const mp_limb_t p_1_x[] = {
	0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
	0xffffffffffffffff, 0xceddd4533a52566a, 0xd2f9ca02d03199ba,
	0xfb82a75c47c03d43, 0x34aa85973f79a93f, 0xf17903f4e22d8407,
	0x98bb22aa7ec1b6d0, 0x9ad030aaba5f3a57, 0x1b32e5e8d8036214,
	0x81ccae83512b3051, 0x81b5753ea8427633, 0x542e9f722bce15a3,
	0x92bf52225a2b38e6, 0x81c1a48e439cd03a, 0x1baf84dbb6612b78,
	0xe9cc3d1737fb2817, 0x818bd3075ad1f5c7, 0x4068bbcafea32a67,
	0xb7a661e5c26e5421, 0x7f18b93ef5389130, 0xd0d6234217fcc003,
	0x9f9c7ccc69ddf172, 0x6223b2f09215f371, 0xe528fdf1b05e5b25,
	0xaea1c4bb6fe9554e, 0xaf2890487031f9c0, 0xc5d238d0744db679,
	0xe11df2424f1b66c2, 0x7c555302d2238d8c, 0x4c4d8c4f13edf604,
	0x8e704b7c5c40bf30, 0x2741e53865f004cc, 0x7db2db49ee52e018,
	0x32fab2c7448f2a05, 0xc083f22ad3ee591c, 0x6fcaabccc9b31959,
	0x0365594964b83989, 0x5a7bd46931ced822, 0x7cfde60ee741e5d8,
	0x8fc28658e80567a4, 0xb54fe70e63e6d09f, 0x961542a3ce3bea5d,
	0x5e6ac2f0bd61c746, 0x3ec7c27182797722, 0xd2a1ea1de62ff864,
	0x0c09d4c8b6b7b86f, 0x8a96d1567899aaae, 0xdbe7bf38154b36cf,
	0x58deb878cc86d733, 0xe43b4673d74bafea, 0x1056ae9132135a08,
	0xd0649ccb621057d1, 0x8e4b59fa03a9f0ee, 0x0c03df34709affbd,
	0xa1cecc3af65cc019, 0xd1be3f810152cb56, 0x93c467e37db0c7a4,
	0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
	0xffffffffffffffff
};

static const mp_limb_t g_1_x[] = {
	0x736ee018bbadb987, 0x44c468b980970731, 0xd29343b9d8997dc2,
	0x070b39b09ae06b37, 0xb2d2295a8c55bd1c, 0xce028eb868d965cc,
	0x877ff92851816071, 0x54f7a5e2f3dea026, 0x44f22eeb289e4cc5,
	0x7be1c5858844b5ad, 0xcc69ec318909cb04, 0xff943e28a2dceacf,
	0xab0a8735a92edce8, 0x33c08e7d0b7149e3, 0x12c121c36b80eb84,
	0x02d15bb1c2573186, 0x921412e948d9e474, 0x9633b054147f7170,
	0x241766b7ab56bf73, 0x836a6d6db85c6ba7, 0xb39feeadff1fd64c,
	0xb92c594d4e46569b, 0xacf31471bdb61860, 0x1dcd3a0d6ff3cb3f,
	0xd50443a9aa3f4961, 0xfd6c40e2f9875c35, 0xc2978c47aac29611,
	0x80370a3b0cf98a1b, 0x58fff517f977a830, 0xfb83acbdead4c87a,
	0x9e141423074dd9b5, 0x251d2584fadea80b, 0x12282c1da7bd36b4,
	0x90ab3571d6d671c5, 0xb578e34eaeb6dd31, 0x4a3cbdf3609824b1,
	0x6de67c45719e5634, 0xdead8b5bf5de9bab, 0xf9befc69697293d5,
	0xdacc5236f29b1ab9, 0xc2b743da56f14f19, 0x8165d53cf96649aa,
	0x0f59c731d5a7ffae, 0x6bdc0ed52b00d8d3, 0xc16815a76b4682bd,
	0x07f46912c04932f8, 0x5ec85c8cdbe5f9d3, 0x7c13426412218959,
	0x8d939d1208b16036, 0x379e9391fbc62f9f, 0x1d3409983bccd2b5,
	0x6d90e7eaade09824, 0x6fef5c6c1df2e7c3, 0x17f6c55e2ec92c22,
	0xb03c0bdd77add5c0, 0x523d166ee3ae9d5f, 0x5e4a3fc89088c9f4,
	0xeb19e296f5d143cc, 0x06a03699f3abae5f, 0x587bc86c4c1448d0,
	0x13769bdb43673218, 0x6c268cd3424fc01d, 0xeef0c5e4ac08d4a4,
	0x1d41e49c477e15ea
};

static const mp_limb_t r1_1_x[] = {
	0x0000000000000001, 0x0000000000000000, 0x0000000000000000,
	0x0000000000000000, 0x31222bacc5ada995, 0x2d0635fd2fce6645,
	0x047d58a3b83fc2bc, 0xcb557a68c08656c0, 0x0e86fc0b1dd27bf8,
	0x6744dd55813e492f, 0x652fcf5545a0c5a8, 0xe4cd1a1727fc9deb,
	0x7e33517caed4cfae, 0x7e4a8ac157bd89cc, 0xabd1608dd431ea5c,
	0x6d40addda5d4c719, 0x7e3e5b71bc632fc5, 0xe4507b24499ed487,
	0x1633c2e8c804d7e8, 0x7e742cf8a52e0a38, 0xbf974435015cd598,
	0x48599e1a3d91abde, 0x80e746c10ac76ecf, 0x2f29dcbde8033ffc,
	0x6063833396220e8d, 0x9ddc4d0f6dea0c8e, 0x1ad7020e4fa1a4da,
	0x515e3b449016aab1, 0x50d76fb78fce063f, 0x3a2dc72f8bb24986,
	0x1ee20dbdb0e4993d, 0x83aaacfd2ddc7273, 0xb3b273b0ec1209fb,
	0x718fb483a3bf40cf, 0xd8be1ac79a0ffb33, 0x824d24b611ad1fe7,
	0xcd054d38bb70d5fa, 0x3f7c0dd52c11a6e3, 0x90355433364ce6a6,
	0xfc9aa6b69b47c676, 0xa5842b96ce3127dd, 0x830219f118be1a27,
	0x703d79a717fa985b, 0x4ab018f19c192f60, 0x69eabd5c31c415a2,
	0xa1953d0f429e38b9, 0xc1383d8e7d8688dd, 0x2d5e15e219d0079b,
	0xf3f62b3749484790, 0x75692ea987665551, 0x241840c7eab4c930,
	0xa7214787337928cc, 0x1bc4b98c28b45015, 0xefa9516ecdeca5f7,
	0x2f9b63349defa82e, 0x71b4a605fc560f11, 0xf3fc20cb8f650042,
	0x5e3133c509a33fe6, 0x2e41c07efead34a9, 0x6c3b981c824f385b,
	0x0000000000000000, 0x0000000000000000, 0x0000000000000000,
	0x0000000000000000
};

static const mp_limb_t r2_1_x[] = {
	0x7a51c45e8c999101, 0x0a22e43cd4266db9, 0x6fa604bb7cf40a82,
	0x4d189d671850c6b6, 0x1e2f0aad3f989cfc, 0xb25ad3e013f9f16b,
	0xc8383953a545bc0c, 0x3fdc4be3f669518f, 0xdc8d4bd7fceeaefe,
	0xa0710fc23470be5e, 0xd49c088734429836, 0x8d2d882301a99e1a,
	0xe66b15252c07d90e, 0xc96990a7e07718d1, 0xaf26c79f2a9241d9,
	0xc1c5fa37b6b5a090, 0x434576bc6a7a9e10, 0xd65e1bb3cf75b61d,
	0xbe1e994dc5be1223, 0xbc100137865c4f30, 0xa712b2344155675d,
	0xa751859be4910323, 0x0c79c1ac2322d004, 0xc8c52a6cafdcfee8,
	0xf98cd4ce04983cfd, 0x1c44470b0856f5e5, 0x64ead041a3c80a03,
	0x477cc911e6772fba, 0xcfc6f49316ea2402, 0xf00984c3ed1dcb38,
	0x357b0c498cc81bdd, 0xe93f04431afd3384, 0x895600ba6dabee02,
	0xa8e415dd26ffdff4, 0xe2d6c3638b96dd68, 0x8a1b633fa4159c41,
	0x2326a588acfa04b0, 0x3184f214db114e39, 0xd733aefdbbc7b9f9,
	0x18b917ad1b2a3bf6, 0xd2ac6d4347eb87a4, 0x440377d358fc8fe4,
	0xb3edbace2f7bdeea, 0x04950406334904bb, 0x872ce247cd747fcf,
	0x94c2275d019f340a, 0x8ccd478c519de256, 0x2fffdf24b2b3b4fe,
	0x5087e2ff1f7643e8, 0xe3562b6807cda10a, 0x0943d69fabdd7276,
	0x6f3a93c780028052, 0x40d0d7b788b3e370, 0xa5a6bb2f7d5bd0ad,
	0x0a73e8f22467df70, 0x90a41fd6e92b5256, 0x2cce396273dd7e28,
	0x460af4f47ab80d5c, 0xa961a7f4334bd4de, 0x75c4eaf1fe78eb9b,
	0xd7ec99802374fe29, 0x96dbfcb1c3d6d945, 0xf24b12dbe65fe2fe,
	0xf5e06f38e55b2ee1
};

const eg_group eg_group_2_1_0 = {
	.name = "2.1.0",
	.id = EG_GROUP_2_1_0,
	.limbs = 64,
	.scalar_limbs = 4,
	.element_bytes = EG_ELEMENT_BYTES,
	.scalar_bytes = EG_SCALAR_BYTES,
	.low_ones = 4,
	.high_ones = 4,
	.neg_inverse = 1,
	.q_gap = Q_GAP,
	.p = p_2_1_0,
	.q = q_256,
	.g = g_2_1_0,
	.r1 = r1_2_1_0,
	.r2 = r2_2_1_0
};

const eg_group eg_group_1_x = {
	.name = "1.x",
	.id = EG_GROUP_1_X,
	.limbs = 64,
	.scalar_limbs = 4,
	.element_bytes = EG_ELEMENT_BYTES,
	.scalar_bytes = EG_SCALAR_BYTES,
	.low_ones = 4,
	.high_ones = 4,
	.neg_inverse = 1,
	.q_gap = Q_GAP,
	.p = p_1_x,
	.q = q_256,
	.g = g_1_x,
	.r1 = r1_1_x,
	.r2 = r2_1_x
};

const eg_group *
eg_group_by_id(uint8_t id)
{
	switch (id)
	{
		case EG_GROUP_2_1_0:
			return &eg_group_2_1_0;
		case EG_GROUP_1_X:
			return &eg_group_1_x;
		default:
			return NULL;
	}
}

bool
eg_element_import(const eg_group *group, mp_limb_t *x, const uint8_t *bytes)
{
	eg_limbs_from_big_endian(x, bytes, group->limbs);
	return !mpn_zero_p(x, group->limbs) &&
		mpn_cmp(x, group->p, group->limbs) < 0;
}

void
eg_element_export(const eg_group *group, uint8_t *bytes, const mp_limb_t *x)
{
	eg_limbs_to_big_endian(bytes, x, group->limbs);
}
