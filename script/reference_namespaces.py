"""Writes Tests/LibraryTests/Fixtures/namespaces.json: expressions that are valid in Python with NumPy
and PyTorch and in the language, with what Python gives. Needs numpy and torch (CPU).

    python3 script/reference_namespaces.py
"""

import json
import math
import pathlib
import random
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).resolve().parent.parent
TARGET = HERE / "Tests/LibraryTests/Fixtures/namespaces.json"

PREAMBLE = """import math, random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim
A = np.array([[1.5, -2.0, 0.5], [0.25, 3.0, -1.0]])
B = np.array([[2.0, 1.0], [-1.0, 0.5], [0.0, 4.0]])
S = np.array([[4.0, 1.0], [2.0, 3.0]])
v = np.array([3.0, -1.0, 2.0])
k = np.array([2, 0, 1, 2])
T = torch.tensor([[1.5, -2.0, 0.5], [0.25, 3.0, -1.0]], dtype=torch.float64)
U = torch.tensor([[2.0, 1.0], [-1.0, 0.5], [0.0, 4.0]], dtype=torch.float64)
t = torch.tensor([3.0, -1.0, 2.0, 0.5], dtype=torch.float64)
y = torch.tensor([2, 0])
p = torch.tensor([0.2, 0.9, 0.6], dtype=torch.float64)
q = torch.tensor([0.0, 1.0, 1.0], dtype=torch.float64)
"""

NUMPY_UNARY = """exp log sqrt sin cos tan sinh cosh tanh log2 log10 log1p expm1 square floor ceil abs
absolute sign negative reciprocal exp2 cbrt arctan arcsinh deg2rad rad2deg degrees radians fix trunc rint
isnan isinf isfinite logical_not sinc nan_to_num positive""".split()

NUMPY = """np.sum(A) np.sum(A,axis=0) np.sum(A,axis=1,keepdims=True) np.mean(A,axis=1) np.prod(v)
np.std(A) np.std(A,axis=0,ddof=1) np.var(v) np.var(A,1) np.max(A,axis=0) np.min(A) np.amax(A) np.amin(A,axis=1)
np.argmax(A) np.argmax(A,axis=1) np.argmin(v) np.argsort(v) np.sort(v) np.sort(A,axis=0) np.median(A)
np.median(A,axis=1) np.cumsum(v) np.cumprod(v) np.diff(v) np.ptp(v) np.average(v,weights=[1,2,1])
np.dot(A,B) np.dot(v,v) np.dot(A,v) np.dot(3,v) np.vdot(A,A) np.inner(v,v) np.outer(v,v) np.matmul(A,B)
np.cross(v,np.array([1.0,0.0,2.0])) np.kron(v,[1,10]) np.trace(S) np.tensordot(A,B,1) np.einsum("ij,jk->ik",A,B)
np.einsum("ij->j",A) np.einsum("ij,ij->",A,A) np.einsum("i,j->ij",v,v) np.linalg.norm(v) np.linalg.norm(A,axis=1)
np.linalg.norm(v,1) np.linalg.norm(A,"fro") np.linalg.inv(S) np.linalg.det(S) np.linalg.solve(S,[1.0,2.0])
np.linalg.matrix_rank(S) np.linalg.pinv(B) np.linalg.matrix_power(S,3) np.linalg.lstsq(B,v,rcond=None)[0]
np.zeros((2,3)) np.ones(3) np.full((2,),7.5) np.eye(3) np.eye(2,3,1) np.identity(2) np.arange(5) np.arange(1,2,0.25)
np.linspace(0,1,5) np.linspace(0,1,4,endpoint=False) np.logspace(0,2,3) np.geomspace(1,100,3) np.zeros_like(A)
np.ones_like(k) np.full_like(v,2) np.array([1,2,3],dtype=float) np.asarray([[1,2],[3,4]]) np.diag(v) np.diag(S)
np.tril(S) np.triu(S,1) np.concatenate([v,v]) np.concatenate((A,A),axis=1) np.concatenate([A,A],axis=None)
np.vstack([v,v]) np.hstack([v,[9.0]]) np.hstack([A,A]) np.stack([v,v],axis=1) np.column_stack([v,v])
np.dstack([v,v]) np.append(v,[1.0,2.0]) np.split(np.arange(6),3)[1] np.split(A,[1],axis=1)[1]
np.array_split(np.arange(5),2)[0] np.hsplit(A,3)[2] np.vsplit(A,2)[0] np.repeat(v,2) np.repeat(A,2,axis=0)
np.tile(v,2) np.tile(v,(2,1)) np.reshape(A,(3,2)) np.ravel(A) np.transpose(A) np.swapaxes(A,0,1)
np.expand_dims(v,0) np.squeeze(np.ones((1,3))) np.flip(v) np.fliplr(A) np.flipud(A) np.rot90(A) np.roll(v,1)
np.pad(v,1) np.pad(A,((1,0),(0,2))) np.pad(v,(1,2),mode="edge") np.pad(v,2,mode="reflect") np.pad(v,1,constant_values=5)
np.clip(A,-1,1) np.clip(A,a_min=0,a_max=None) np.maximum(A,0) np.minimum(A,[0,1,0]) np.where(A>0,A,0) np.where(v>0)[0]
np.nonzero(v>0)[0] np.argwhere(A>1) np.unique(k) np.unique(k,return_counts=True)[1] np.bincount(k) np.isin(k,[0,1])
np.searchsorted([1,3,5],[0,3,6]) np.searchsorted([1,3,5],[0,3,6],side="right") np.percentile(v,50) np.percentile(v,[25,75])
np.quantile(A,0.3,axis=1) np.histogram(v,bins=2)[0] np.histogram(v,2,(0,4))[0] np.count_nonzero(k) np.any(A>2) np.all(A>-9,axis=0)
np.allclose(A,A+1e-9) np.isclose(v,[3,0,2]) np.array_equal(v,v) np.cov(A) np.cov(v) np.corrcoef(A) np.corrcoef(v,[1,2,5])
np.interp([0.5,9],[0,1,2],[0,10,30]) np.trapezoid(v) np.convolve(v,[1,0.5]) np.convolve(v,[1,2],mode="same")
np.convolve(v,[1,2],mode="valid") np.polyfit([0,1,2,3],[1,3,5,8],1) np.polyval([1,0,2],3) np.hypot(3,4) np.arctan2(1,2)
np.power(v,2) np.mod(-7,3) np.fmod(-7,3) np.remainder(7,3) np.floor_divide(7,2) np.divide(v,2) np.multiply(v,v)
np.add(v,1) np.subtract(v,1) np.logaddexp(1,2) np.heaviside(v,0.5) np.logical_and(k,1) np.logical_or(k,0) np.logical_xor(k,0)
np.equal(k,2) np.greater(v,0) np.less_equal(v,2) np.nansum([1,np.nan,2]) np.nanmean([1,np.nan,3]) np.apply_along_axis(np.sum,1,A)
np.meshgrid([1,2],[3,4,5])[0] np.take(v,[0,2]) np.float64(3) np.int64(3.7) np.pi np.e
v[:,np.newaxis] np.linalg.multi_dot([A,B,S]) np.broadcast_to(v,(2,3)) np.copy(v) np.round(A,1) np.around(2.567,1)
np.arcsin(0.5) np.arccos(0.5) np.arctanh(0.5) np.arccosh(2.0) np.diagonal(S) np.true_divide(v,2) np.bool_(1)"""

MATH = """math.exp(1) math.sqrt(2) math.pi math.e math.tau math.log(8,2) math.log(2) math.log10(1000)
math.log2(8) math.log1p(0.5) math.floor(-2.5) math.ceil(2.1) math.trunc(-2.7) math.fabs(-2) math.pow(2,3)
math.factorial(10) math.comb(5,2) math.gcd(12,18) math.hypot(3,4) math.isclose(1,1+1e-12) math.radians(180)
math.degrees(math.pi) math.sin(1) math.asin(0.5) math.acos(0.5) math.atan(2) math.atan2(1,2) math.tanh(0.5) math.erf(0.5)
math.copysign(2,-1) math.isnan(math.nan) math.prod([1,2,3]) math.fsum([1,2.5]) math.fmod(-7,3) math.dist([1,2],[4,6])"""

TORCH_UNARY = """exp sqrt abs sin cos tan sinh cosh tanh log1p expm1 square floor ceil sign neg negative relu
sigmoid reciprocal erf atan asinh exp2 frac trunc isnan isfinite rad2deg""".split()

TORCH = """torch.sum(T) torch.sum(T,0) torch.sum(T,dim=1,keepdim=True) torch.mean(T,1) torch.std(T) torch.std(T,0)
torch.std(T,dim=1,unbiased=False) torch.var(t) torch.var(T,1,keepdim=True) torch.var(t,correction=0) torch.max(T) torch.max(T,1)[0]
torch.max(T,1)[1] torch.max(T,dim=0,keepdim=True).values torch.min(T,1).indices torch.max(T,T*2) torch.median(t)
torch.median(T,1).values torch.median(T,1)[1] torch.argmax(T,1) torch.argmin(t) torch.argsort(t) torch.sort(t)[0] torch.sort(t).indices
torch.sort(t,descending=True)[0] torch.topk(t,2)[0] torch.topk(t,2).indices torch.topk(t,2,largest=False)[0] torch.cumsum(t,0)
torch.cumprod(t,0) torch.prod(t) torch.norm(T) torch.norm(t,1) torch.norm(T,dim=1) torch.norm(T,p=2,dim=0) torch.logsumexp(T,1)
torch.matmul(T,U) torch.mm(T,U) torch.mv(T,torch.tensor([1.0,2.0,3.0],dtype=torch.float64)) torch.dot(t,t) torch.outer(t,t)
torch.bmm(T.unsqueeze(0),U.unsqueeze(0)) torch.addmm(torch.zeros(2,dtype=torch.float64),T,U) torch.einsum("ij,jk->ik",T,U)
torch.t(T) torch.transpose(T,0,1) torch.permute(T,(1,0)) torch.reshape(T,(3,2)) torch.flatten(T) torch.squeeze(T,0) torch.unsqueeze(t,1)
torch.cat([T,T],dim=0) torch.cat((T,T),1) torch.stack([t,t],dim=1) torch.vstack([t,t]) torch.hstack([t,t]) torch.split(t,3)[1]
torch.split(t,[1,3])[1] torch.chunk(t,3)[0] torch.chunk(t,2)[1] torch.unbind(T)[1] torch.tile(t,(2,)) torch.repeat_interleave(t,2)
torch.where(T>0,T,torch.zeros_like(T)) torch.clamp(T,min=0) torch.clamp(T,-1,1) torch.gather(T,1,torch.tensor([[0],[2]]))
torch.index_select(T,1,torch.tensor([0,2])) torch.masked_select(T,T>0) torch.nonzero(T>1) torch.unique(torch.tensor([3,1,3]))
torch.eq(t,3) torch.ne(t,3) torch.gt(t,0) torch.le(t,0) torch.equal(t,t) torch.allclose(t,t) torch.isclose(t,t+1) torch.all(t>-2) torch.any(t>5)
torch.add(t,t,alpha=2) torch.sub(t,1) torch.mul(t,t) torch.div(t,2) torch.div(t,2,rounding_mode="floor") torch.pow(t,2) torch.maximum(t,t*2)
torch.zeros(2,3) torch.ones((2,)) torch.full((2,),7.5) torch.eye(3) torch.eye(2,3) torch.arange(5) torch.arange(1,2,0.25) torch.linspace(0,1,5)
torch.zeros_like(T) torch.ones_like(t) torch.full_like(t,2.0) torch.tensor([1,2,3]) torch.diag(t) torch.tril(T) torch.triu(T,diagonal=1)
torch.meshgrid(torch.arange(2),torch.arange(3),indexing="ij")[0] torch.roll(t,1) torch.flip(t,[0]) torch.cdist(U,U) torch.cov(T) torch.corrcoef(T)
torch.linalg.norm(T) torch.linalg.inv(torch.eye(2)*2) torch.numel(T) torch.is_tensor(t) torch.cuda.is_available() torch.tensor(3.5).item()
torch.softmax(T,dim=1) torch.log_softmax(T,dim=1) torch.lerp(t,t*2,0.5) torch.count_nonzero(t) torch.bincount(y) torch.trace(T[:,:2]) torch.det(T[:,:2])
torch.quantile(t,0.3) torch.movedim(T,0,1) torch.rsqrt(p) torch.diff(t) torch.amax(T,1) torch.cross(t[:3],t[1:],dim=0) torch.kron(p,q) torch.hypot(p,q)"""

FUNCTIONAL = """F.relu(T) F.relu6(T*4) F.leaky_relu(T) F.leaky_relu(T,0.2) F.elu(T) F.selu(T) F.gelu(T) F.gelu(T,approximate="tanh") F.silu(T) F.mish(T)
F.softplus(T) F.logsigmoid(T) F.hardtanh(T) F.hardsigmoid(T) F.hardswish(T) F.softsign(T) F.tanhshrink(T) F.softmax(T,dim=1) F.softmax(T,dim=0)
F.log_softmax(T,dim=1) F.softmin(T,dim=1) F.sigmoid(T) F.tanh(T) F.glu(t) F.linear(T,U.T) F.linear(T,U.T,torch.ones(2,dtype=torch.float64))
F.one_hot(y) F.one_hot(y,num_classes=4) F.normalize(T) F.normalize(t,dim=0) F.cosine_similarity(T,T*2) F.pairwise_distance(T,T+1)
F.layer_norm(T,(3,)) F.scaled_dot_product_attention(T,T,T) F.scaled_dot_product_attention(T,T,T,is_causal=True)
F.mse_loss(p,q) F.mse_loss(p,q,reduction="sum") F.mse_loss(p,q,reduction="none") F.l1_loss(p,q) F.smooth_l1_loss(p*3,q) F.smooth_l1_loss(p*3,q,beta=0.5)
F.huber_loss(p*3,q,delta=0.5) F.cross_entropy(T,y) F.cross_entropy(T,y,reduction="sum") F.cross_entropy(T,y,reduction="none")
F.cross_entropy(T,y,weight=torch.tensor([1.0,2.0,3.0],dtype=torch.float64)) F.cross_entropy(T,y,label_smoothing=0.1) F.cross_entropy(T,y,ignore_index=0)
F.cross_entropy(T,F.softmax(U.T,dim=1)) F.nll_loss(F.log_softmax(T,dim=1),y) F.nll_loss(F.log_softmax(T,dim=1),y,weight=torch.tensor([1.0,2.0,3.0],dtype=torch.float64))
F.nll_loss(F.log_softmax(T,dim=1),y,reduction="none") F.binary_cross_entropy(p,q) F.binary_cross_entropy(p,q,weight=p) F.binary_cross_entropy_with_logits(t[:3],q)
F.binary_cross_entropy_with_logits(t[:3],q,pos_weight=torch.tensor(2.0,dtype=torch.float64)) F.kl_div(F.log_softmax(T,dim=1),F.softmax(U.T,dim=1))
F.kl_div(F.log_softmax(T,dim=1),F.softmax(U.T,dim=1),reduction="batchmean") F.kl_div(F.log_softmax(T,dim=1),F.log_softmax(U.T,dim=1),reduction="sum",log_target=True)
F.hinge_embedding_loss(p,2*q-1) F.soft_margin_loss(p,2*q-1) F.margin_ranking_loss(p,q,2*q-1) F.poisson_nll_loss(p,q) F.gaussian_nll_loss(p,q,p)
F.triplet_margin_loss(T,T+1,T+2) F.cosine_embedding_loss(T,T+1,torch.tensor([1,-1])) F.multi_margin_loss(T,y) F.dropout(t,0.5,training=False)
F.pad(T,(1,2)) F.pad(t,(1,1),value=5.0) F.max_pool2d(torch.arange(16.0).reshape(1,1,4,4),2) F.avg_pool2d(torch.arange(16.0).reshape(1,1,4,4),2)
F.adaptive_avg_pool2d(torch.arange(16.0).reshape(1,1,4,4),1) F.conv2d(torch.arange(16.0).reshape(1,1,4,4),torch.ones(1,1,2,2),stride=2)
F.embedding(torch.tensor([1,0]),T) nn.CrossEntropyLoss()(T,y) nn.CrossEntropyLoss(reduction="sum")(T,y) nn.CrossEntropyLoss(torch.tensor([1.0,2.0,3.0],dtype=torch.float64))(T,y)
nn.MSELoss()(p,q) nn.L1Loss()(p,q) nn.BCELoss()(p,q) nn.BCEWithLogitsLoss()(t[:3],q) nn.NLLLoss()(F.log_softmax(T,dim=1),y)
nn.KLDivLoss(reduction="batchmean")(F.log_softmax(T,dim=1),F.softmax(U.T,dim=1)) nn.SmoothL1Loss()(p*3,q) nn.HuberLoss()(p*3,q)
nn.ReLU(inplace=True)(T) nn.Softmax(dim=1)(T) nn.LogSoftmax(dim=1)(T) nn.Sigmoid()(T) nn.Tanh()(T) nn.LeakyReLU(0.1)(T) nn.ELU()(T) nn.GELU()(T) nn.Flatten()(T)
nn.Identity()(T) nn.Softplus()(T) nn.Hardtanh()(T) nn.SiLU()(T) nn.PReLU(init=0.25)(T.float())"""

# Several lines with one result; random numbers are those of the seed.
PROGRAMS = [
    ("np.random.seed(1)", "np.random.rand(3)"), ("np.random.seed(0)", "np.random.randn(2,3)"),
    ("np.random.seed(2)", "np.random.randint(0,10,6)"), ("np.random.seed(2)", "np.random.randint(5)"),
    ("np.random.seed(3)", "np.random.permutation(7)"), ("np.random.seed(3)", "np.random.uniform(-1,1,(2,2))"),
    ("np.random.seed(3)", "np.random.normal(2,0.5,4)"), ("np.random.seed(4)", "np.random.choice(5,3)"),
    ("np.random.seed(4)", "np.random.choice(5,3,replace=False)"), ("np.random.seed(4)", "np.random.choice(3,4,p=[0.1,0.2,0.7])"),
    ("np.random.seed(4)", "np.random.choice(4,3,replace=False,p=[0.1,0.2,0.3,0.4])"),
    ("np.random.seed(5)", "np.random.binomial(1,0.3,8)"), ("np.random.seed(5)", "np.random.binomial(10,0.7,4)"),
    ("np.random.seed(5)", "np.random.exponential(2,3)"), ("np.random.seed(6)", "np.random.random((2,2))"),
    ("np.random.seed(6)\nw=np.arange(6)\nnp.random.shuffle(w)", "w"), ("r=np.random.RandomState(7)", "r.randn(3)"),
    ("np.random.seed(1)\nnp.random.rand(700)", "np.random.randn(3)"), ("np.random.seed(8)", "np.random.standard_normal(3)"),
    ("random.seed(1)", "[random.random(),random.uniform(1,3),random.gauss(0,1),random.gauss(0,1)]"),
    ("random.seed(2)", "[random.randint(1,6),random.randrange(10),random.choice([4,5,6]),random.normalvariate(0,1)]"),
    ("random.seed(3)", "random.sample(range(30),4)"), ("random.seed(3)", "random.sample(range(10),4)"),
    ("random.seed(3)\nw=list(range(6))\nrandom.shuffle(w)", "w"), ("random.seed(4)", "random.choices([1,2,3],weights=[1,1,8],k=5)"),
    ("torch.manual_seed(0)", "torch.rand(3)"), ("torch.manual_seed(0)", "torch.randn(5)"),
    ("torch.manual_seed(0)", "torch.randn(4,5)"), ("torch.manual_seed(1)", "torch.randint(0,10,(5,))"),
    ("torch.manual_seed(1)", "torch.randint(3,9,(2,2))"), ("torch.manual_seed(2)", "torch.randperm(9)"),
    ("torch.manual_seed(2)", "torch.normal(1.0,2.0,(3,))"), ("torch.manual_seed(2)\nw=torch.rand(2)", "torch.randn(3)"),
    ("torch.manual_seed(3)\nlayer=nn.Linear(2,3)", "layer.weight"), ("torch.manual_seed(3)\nlayer=nn.Linear(2,3)", "layer.bias"),
    ("torch.manual_seed(3)\nm=nn.Sequential(nn.Linear(2,8),nn.Tanh(),nn.Linear(8,1))", "m(torch.ones(1,2))"),
    ("torch.manual_seed(3)\nc=nn.Conv2d(1,2,3)", "c.weight"), ("torch.manual_seed(3)\nE=nn.Embedding(4,5)", "E.weight"),
]

for kind in ("RNN", "LSTM", "GRU"):
    states = "out,(h,c)" if kind == "LSTM" else "out,h"
    for settings, shape in (
        ("3,4", "(5,2,3)"), ("3,4,num_layers=2", "(5,2,3)"), ("3,4,bidirectional=True,batch_first=True", "(2,5,3)"),
        ("3,4,bias=False", "(5,3)"),
    ):
        setup = f"torch.manual_seed(4)\nm=nn.{kind}({settings})\n{states}=m(torch.linspace(-1,1,{shape.replace(',', '*')[1:-1]}).reshape{shape})"
        PROGRAMS += [(setup, "out"), (setup, "h")]
    setup = f"torch.manual_seed(4)\nm=nn.{kind}(3,4)\n{states}=m(torch.linspace(-1,1,30).reshape(5,2,3))\nE=(out**2).sum()\nE.backward()"
    PROGRAMS += [(setup, "m.weight_ih_l0.grad"), (setup, "m.bias_hh_l0.grad")]
    PROGRAMS += [(f"torch.manual_seed(4)\nm=nn.{kind}Cell(3,4)\nx=torch.linspace(-1,1,6).reshape(2,3)", "m(x)[0]")]
PROGRAMS += [
    ("torch.manual_seed(4)\nm=nn.RNN(3,4,nonlinearity='relu')\nout,h=m(torch.ones(5,2,3))", "out"),
    ("torch.manual_seed(4)\nm=nn.LSTM(3,4)\nout,(h,c)=m(torch.ones(5,2,3),(torch.ones(1,2,4),torch.zeros(1,2,4)))", "c"),
    ("m=nn.BatchNorm1d(3)\nz=m(T.float())", "z"), ("m=nn.BatchNorm1d(3)\nz=m(T.float())\nz=m(T.float()*2)", "m.running_var"),
    ("m=nn.BatchNorm1d(3)\nz=m(T.float())", "m.running_mean"), ("m=nn.BatchNorm1d(3,affine=False)\nz=m(T.float())", "z"),
    ("m=nn.BatchNorm1d(3)\nz=m(T.float())\nm.eval()\nz=m(T.float())", "z"), ("m=nn.BatchNorm1d(3,track_running_stats=False)\nm.eval()\nz=m(T.float())", "z"),
    ("m=nn.LayerNorm(3)", "m(T.float())"), ("m=nn.LayerNorm(3,elementwise_affine=False)", "m(T.float())"), ("m=nn.LayerNorm((2,3))", "m(T.float())"),
    ("m=nn.BatchNorm1d(3)\nz=m(T.float())", "m.state_dict()['num_batches_tracked']"),
    ("torch.manual_seed(1)\nm=nn.Sequential(nn.Linear(2,3),nn.ReLU())\nk=nn.Sequential(nn.Linear(2,3),nn.ReLU())\nz=k.load_state_dict(m.state_dict())", "k[0].weight"),
    ("torch.manual_seed(1)\nm=nn.Sequential(nn.Linear(2,3),nn.ReLU(),nn.Linear(3,1))", "[p.numel() for n,p in m.named_parameters()]"),
    ("w=torch.empty(3,4)\ntorch.manual_seed(1)\nz=nn.init.xavier_uniform_(w)", "w"),
    ("w=torch.empty(3,4)\ntorch.manual_seed(1)\nz=nn.init.kaiming_normal_(w,nonlinearity='relu')", "w"),
    ("m=nn.Linear(2,3)\nz=nn.init.constant_(m.weight,0.5)\nz=nn.init.zeros_(m.bias)", "m(torch.ones(1,2))"),
    ("from torch.utils.data import DataLoader,TensorDataset\ntorch.manual_seed(1)\nd=DataLoader(TensorDataset(torch.arange(7.0)),batch_size=3,shuffle=True)\nw=[]\nfor (b,) in d:\n    w.append(b[0].item())", "w"),
    ("w=torch.tensor([3.0,4.0],requires_grad=True)\nE=(w**2).sum()\nE.backward()\nz=nn.utils.clip_grad_norm_([w],1.0)", "w.grad"),
    ("w=torch.tensor(3.0,requires_grad=True)\nE=w**3\ng=torch.autograd.grad(E,w)[0]", "g"),
    ("x=torch.arange(6.0).reshape(2,3)", "x.std()"), ("x=torch.arange(6.0).reshape(2,3)", "x.max(1)[1]"),
    ("x=torch.arange(6.0).reshape(2,3)", "x.repeat(2,1)"), ("x=torch.arange(6.0).reshape(2,3)", "x.transpose(0,1)"),
    ("x=torch.arange(6.0).reshape(2,3)", "x.split(2,1)[1]"), ("x=torch.arange(6.0).reshape(2,3)", "x.sort(descending=True)[0]"),
    ("x=np.arange(6.0).reshape(2,3)", "x.std(axis=0)"), ("x=np.arange(6.0).reshape(2,3)", "x.max(axis=1)"),
    ("x=np.arange(6.0).reshape(2,3)", "x.astype(int).T"), ("x=torch.arange(6.0).reshape(2,3)", "x.t().mm(x)"),
    ("x=torch.arange(6.0).reshape(2,3)", "[x.size(1),x.dim(),x.numel()]"), ("x=torch.arange(6.0).reshape(2,3)", "x.view(3,2).permute(1,0)"),
    ("x=torch.arange(6.0).reshape(2,3)", "x.to('cpu').detach().numpy()"), ("x=torch.arange(3.0)", "x.unsqueeze(0).expand(2,3)"),
]

TRAINING = """
w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
opt = {optimizer}
for step in range(5):
    opt.zero_grad()
    E = (w**2).sum() + w[0]*w[1]
    E.backward()
    opt.step()
"""

OPTIMIZERS = [
    "optim.SGD([w], lr=0.1)", "optim.SGD([w], lr=0.1, momentum=0.9)",
    "optim.SGD([w], lr=0.1, momentum=0.9, nesterov=True)", "optim.SGD([w], lr=0.1, weight_decay=0.1)",
    "optim.Adam([w], lr=0.1)", "optim.Adam([w], lr=0.1, betas=(0.8, 0.9), eps=1e-6)", "optim.AdamW([w], lr=0.1)",
    "optim.RMSprop([w], lr=0.1)", "optim.RMSprop([w], lr=0.1, alpha=0.9)", "optim.Adagrad([w], lr=0.1)",
]

SCHEDULERS = [
    "StepLR(opt, step_size=2, gamma=0.5)", "MultiStepLR(opt, milestones=[1, 3], gamma=0.5)", "ExponentialLR(opt, gamma=0.9)",
    "CosineAnnealingLR(opt, T_max=6)", "LambdaLR(opt, lr_lambda=lambda e: 1 / (1 + e))", "LinearLR(opt)",
]


def flat(value):
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    return [float(x) for x in np.asarray(value, dtype=float).ravel()]


def case(setup, expression):
    space = {}
    exec(PREAMBLE + setup, space)
    return {"setup": setup, "expression": expression, "value": flat(eval(expression, space))}


def cases():
    for name in NUMPY_UNARY:
        yield case("", f"np.{name}(np.array([0.3, 1.7, 2.5]))")
    for name in TORCH_UNARY:
        yield case("", f"torch.{name}(torch.tensor([0.3, 1.7, 2.5], dtype=torch.float64))")
    for expression in (NUMPY + " " + MATH + " " + TORCH + " " + FUNCTIONAL).split():
        yield case("", expression)
    for setup, expression in PROGRAMS:
        yield case(setup, expression)
    for optimizer in OPTIMIZERS:
        yield case(TRAINING.format(optimizer=optimizer), "w")
    for scheduler in SCHEDULERS:
        setup = TRAINING.format(optimizer="optim.SGD([w], lr=0.1)").replace(
            "for step", f"s = optim.lr_scheduler.{scheduler}\nfor step"
        )
        yield case(setup + "    s.step()\n", "w")
        yield case(setup + "    s.step()\n", "s.get_last_lr()")


def main():
    known = {"preamble": PREAMBLE, "versions": [np.__version__, torch.__version__], "cases": list(cases())}
    lines = ",\n".join(json.dumps(one) for one in known["cases"])
    text = f'{{"preamble": {json.dumps(PREAMBLE)},\n"versions": {json.dumps(known["versions"])},\n"cases": [\n{lines}\n]}}\n'
    TARGET.write_text(text, encoding="utf-8")
    print(len(known["cases"]), "cases")


main()
