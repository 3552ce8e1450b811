void nabla_kernels_placeholder(void);
