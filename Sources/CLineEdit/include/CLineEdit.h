int cle_version(void);
