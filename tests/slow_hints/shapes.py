"""Shapes of functions that a JIT finds hard: each a source with a function `f`, and the arguments of its calls."""

from __future__ import annotations

#: name -> (source, arguments)
SHAPES: dict[str, tuple[str, str]] = {
    "with_new_class": (
        """
def f(n):
    class Ctx:
        def __enter__(self): return 1
        def __exit__(self, *_): return False
    ctx, total = Ctx(), 0
    for _ in range(n):
        with ctx as value: total += value
    return total
""",
        "(2000,)",
    ),
    "with_20": (
        """
def make(i):
    class Ctx:
        def __enter__(self): return i
        def __exit__(self, *_): return False
    return Ctx()
contexts = [make(i) for i in range(20)]
def f(n):
    total = 0
    for i in range(n):
        with contexts[i % 20] as value: total += value
    return total
""",
        "(300,)",
    ),
    "five_types": (
        """
KINDS = [1, 2.5, "s", None, (1,)]
def f(n):
    t = 0
    for i in range(n):
        x = KINDS[i % 5]
        if isinstance(x, int): t += 1
        elif isinstance(x, float): t += 2
        elif isinstance(x, str): t += len(x)
        elif x is None: t -= 1
        else: t += x[0]
    return t
""",
        "(300,)",
    ),
    "many_types_attr": (
        """
def mk(i):
    class C:
        def __init__(self): self.v = i
        def m(self): return self.v
    return C()
OBJS=[mk(i) for i in range(40)]
def f(n):
    t=0
    for i in range(n):
        o=OBJS[i % 40]
        t += o.v + o.m()
    return t
""",
        "(300,)",
    ),
    "four_types_attr": (
        """
def mk(i):
    class C:
        def __init__(self): self.v = i
        def m(self): return self.v
    return C()
OBJS=[mk(i) for i in range(4)]
def f(n):
    t=0
    for i in range(n):
        o=OBJS[i % 4]
        t += o.v + o.m()
    return t
""",
        "(300,)",
    ),
    "many_callees": (
        """
def mk(i):
    ns={}
    exec(f"def g(x): return x + {i}", ns)
    return ns["g"]
FS=[mk(i) for i in range(60)]
def f(n):
    t=0
    for i in range(n): t = FS[i % 60](t)
    return t
""",
        "(300,)",
    ),
    "deep_recursion": (
        """
def f(n):
    if n <= 0: return 0
    s = 0
    for i in range(3): s += i
    return s + f(n-1)
""",
        "(200,)",
    ),
    "fib": (
        """
def f(n):
    if n < 2: return n
    return f(n-1) + f(n-2)
""",
        "(12,)",
    ),
    "mutual": (
        """
def g(n):
    if n <= 0: return 1
    x = n * 2 + 1 - n
    return f(n-1) + x
def f(n):
    if n <= 0: return 0
    y = n * 3 - n + 4
    return g(n-1) + y
""",
        "(150,)",
    ),
    "exc_every": (
        """
def f(n):
    t=0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError: t+=1
    return t
""",
        "(300,)",
    ),
    "exc_keyerror": (
        """
D={1:2}
def f(n):
    t=0
    for i in range(n):
        try: t += D[i]
        except KeyError: t+=1
    return t
""",
        "(300,)",
    ),
    "exc_from_callee": (
        """
def g(i):
    if i & 1: raise ValueError(i)
    return i
def f(n):
    t=0
    for i in range(n):
        try: t += g(i)
        except ValueError: t+=1
    return t
""",
        "(300,)",
    ),
    "gen_consumer": (
        """
def g(n):
    for i in range(n): yield i
def f(n):
    t=0
    for x in g(n): t+=x
    return t
""",
        "(300,)",
    ),
    "gen_self": (
        """
def f(n):
    for i in range(n):
        yield i*2
        if i & 1: yield i
""",
        "(300,)",
    ),
    "gen_many": (
        """
def g(k):
    for i in range(k): yield i
def f(n):
    t=0
    for j in range(n//3):
        for x in g(3): t+=x
    return t
""",
        "(300,)",
    ),
    "new_code": (
        """
def f(n):
    ns={}
    exec("def g(x): return x+1", ns)
    g=ns["g"]; t=0
    for i in range(n): t=g(t)
    return t
""",
        "(500,)",
    ),
    "new_lambda": (
        """
def f(n):
    g=lambda x: x+1
    t=0
    for i in range(n): t=g(t)
    return t
""",
        "(300,)",
    ),
    "short_loops": (
        """
L=[1,2]
def f(n):
    t=0
    for j in range(n):
        for x in L: t+=x
    return t
""",
        "(300,)",
    ),
    "short_calls": (
        """
def f(n):
    t=0
    for x in (1,2): t+=x
    return t
""",
        "(1,)",
    ),
    "tiny_loop_len1": (
        """
def f(n):
    t=0
    for x in (n,): t+=x
    while t > 1000: t -= 1000
    return t
""",
        "(1,)",
    ),
    "nested5": (
        """
def f(n):
    t=0
    for a in range(3):
        for b in range(3):
            for c in range(3):
                for d in range(3):
                    for e in range(3): t+=e
    return t
""",
        "(1,)",
    ),
    "branchy": (
        """
import random
R=random.Random(1); DATA=[R.randrange(1000) for _ in range(1000)]
def f(n):
    t=0
    for x in DATA[:n]:
        if x % 2: t+=1
        if x % 3: t+=2
        if x % 5: t+=3
        if x % 7: t+=4
        if x > 500: t-=1
    return t
""",
        "(300,)",
    ),
    "branchy_deep": (
        """
import random
R=random.Random(1); DATA=[R.randrange(1<<16) for _ in range(1000)]
def f(n):
    t=0
    for x in DATA[:n]:
        if x & 1:
            if x & 2: t+=1
            else: t+=2
        else: t+=3
        if x & 4: t ^= 1
        if x & 8: t ^= 2
        if x & 16: t ^= 3
        if x & 32: t ^= 4
        if x & 64: t ^= 5
        if x & 128: t ^= 6
        if x & 256: t ^= 7
        if x & 512: t ^= 8
    return t
""",
        "(300,)",
    ),
    "mixed_arith": (
        """
V=[1, 2.5, 3, 4.5, 10**30, True, 1j]
def f(n):
    t=0
    for i in range(n):
        a=V[i%7]; b=V[(i*3)%7]
        c=a+b; d=a*b; e=c-d
    return n
""",
        "(300,)",
    ),
    "match": (
        """
V=[1,"a",(1,2),{"k":1},[1,2,3],None,2.5]
def f(n):
    t=0
    for i in range(n):
        match V[i%7]:
            case int(): t+=1
            case str(): t+=2
            case (a,b): t+=a
            case {"k":v}: t+=v
            case [a,*r]: t+=len(r)
            case None: t-=1
            case _: t+=3
    return t
""",
        "(300,)",
    ),
    "strings": (
        """
W=["a","bb","ccc","dddd"]
def f(n):
    s=[]
    for i in range(n):
        s.append(W[i%4].upper()+str(i))
    return len("".join(s))
""",
        "(300,)",
    ),
    "dictloop": (
        """
def f(n):
    d={}
    for i in range(n):
        k=i%17
        d[k]=d.get(k,0)+1
    return len(d)
""",
        "(300,)",
    ),
    "comp": (
        """
def f(n): return sum([x*2 for x in range(n) if x % 3])
""",
        "(300,)",
    ),
    "genexp": (
        """
def f(n): return sum(x*2 for x in range(n) if x % 3)
""",
        "(300,)",
    ),
    "closures": (
        """
def f(n):
    t=0
    def add(x):
        nonlocal t
        t+=x
    for i in range(n): add(i)
    return t
""",
        "(300,)",
    ),
    "property_poly": (
        """
def mk(i):
    class C:
        @property
        def p(self): return i
        def __getitem__(self,k): return k+i
        def __len__(self): return i
    return C()
OBJS=[mk(i) for i in range(7)]
def f(n):
    t=0
    for i in range(n):
        o=OBJS[i % 7]
        t += o.p + o[i] + len(o)
    return t
""",
        "(300,)",
    ),
    "subclass_iter": (
        """
class L(list): pass
SEQ=[[1,2,3],(1,2,3),L([1,2,3]),range(3),{1:1,2:2},{1,2},"abc",iter]
def f(n):
    t=0
    for i in range(n):
        s=SEQ[i%7]
        for x in s: t+=1
    return t
""",
        "(100,)",
    ),
    "async_": (
        """
import asyncio
async def g(i): return i+1
async def h(n):
    t=0
    for i in range(n): t+= await g(i)
    return t
def f(n):
    c=h(n)
    try: c.send(None)
    except StopIteration as e: return e.value
""",
        "(300,)",
    ),
    "straight_poly": (
        """
V=[1,2.5,3,"x",(1,),[2],None]
def f(n):
    a=V[n%7]; b=V[(n+1)%7]
    r=0
    if isinstance(a,int): r+=1
    if isinstance(b,float): r+=2
    if a is None: r+=3
    if isinstance(a,str): r+=len(a)
    if isinstance(b,tuple): r+=b[0]
    return r+n
""",
        "(3,)",
    ),
    "try_finally": (
        """
def f(n):
    t=0
    for i in range(n):
        try:
            if i % 3 == 0: continue
            t+=i
        finally: t+=1
    return t
""",
        "(300,)",
    ),
    "init_many": (
        """
class P:
    def __init__(self,x,y): self.x=x; self.y=y
    def __add__(self,o): return P(self.x+o.x,self.y+o.y)
def f(n):
    p=P(0,0); q=P(1,2)
    for i in range(n): p=p+q
    return p.x
""",
        "(300,)",
    ),
    "kwargs": (
        """
def g(a,*args,b=1,**kw): return a+b+len(args)+len(kw)
def f(n):
    t=0
    for i in range(n): t+=g(i,1,2,b=2,c=3)
    return t
""",
        "(300,)",
    ),
    "while_break": (
        """
def f(n):
    i=t=0
    while True:
        i+=1
        if i>n: break
        if i%2: continue
        j=0
        while j<3:
            j+=1
            if j==2: break
        t+=j
    return t
""",
        "(300,)",
    ),
    "globals_change": (
        """
G=0
def f(n):
    global G
    for i in range(n):
        G=G+1
    return G
""",
        "(300,)",
    ),
    "class_attr_change": (
        """
class C: v=1
def f(n):
    C.v = n
    t=0; o=C()
    for i in range(n): t+=o.v
    return t
""",
        "(300,)",
    ),
    "new_class_objs": (
        """
def f(n):
    C=type("C",(),{"v":1})
    o=C(); t=0
    for i in range(n): t+=o.v
    return t
""",
        "(500,)",
    ),
    "with_8": (
        """
def make(i):
    class Ctx:
        def __enter__(self): return i
        def __exit__(self, *_): return False
    return Ctx()
contexts = [make(i) for i in range(8)]
def f(n):
    total = 0
    for i in range(n):
        with contexts[i % 8] as value: total += value
    return total
""",
        "(300,)",
    ),
    "callees_4": (
        """
def mk(i):
    ns={}
    exec(f"def g(x): return x + {i}", ns)
    return ns["g"]
FS=[mk(i) for i in range(4)]
def f(n):
    t=0
    for i in range(n): t = FS[i % 4](t)
    return t
""",
        "(300,)",
    ),
    "callees_12": (
        """
def mk(i):
    ns={}
    exec(f"def g(x): return x + {i}", ns)
    return ns["g"]
FS=[mk(i) for i in range(12)]
def f(n):
    t=0
    for i in range(n): t = FS[i % 12](t)
    return t
""",
        "(300,)",
    ),
    "loop_newclass_rare": (
        """
def f(n):
    class C:
        v=1
        def m(self): return 1
    t=0; o=C()
    for i in range(n): t+=o.v+o.m()
    return t
""",
        "(5000,)",
    ),
    "type_call_poly": (
        """
def mk(i):
    class C:
        def __init__(self): self.v=i
    return C
CS=[mk(i) for i in range(9)]
def f(n):
    t=0
    for i in range(n): t+=CS[i%9]().v
    return t
""",
        "(300,)",
    ),
    "iter_poly": (
        """
def mk(i):
    class C:
        def __iter__(self): return iter((1,2))
        def __add__(self,o): return 1
        def __radd__(self,o): return 1
        def __contains__(self,o): return True
        def __eq__(self,o): return True
        def __hash__(self): return i
        def __bool__(self): return True
        def __call__(self,a): return a
    return C()
OBJS=[mk(i) for i in range(12)]
def f(n):
    t=0
    for i in range(n):
        o=OBJS[i%12]
        if o: t+=1
        if 3 in o: t+=1
        if o==2: t+=1
        t+=o+1
        t+=o(2)
        for x in o: t+=x
    return t
""",
        "(100,)",
    ),
    "super_poly": (
        """
class B:
    def m(self): return 1
def mk(i):
    class C(B):
        def m(self): return super().m()+i
    return C()
OBJS=[mk(i) for i in range(12)]
def f(n):
    t=0
    for i in range(n): t+=OBJS[i%12].m()
    return t
""",
        "(300,)",
    ),
    "with_many_new_inside": (
        """
def f(n):
    t=0
    for i in range(n):
        class Ctx:
            def __enter__(self): return 1
            def __exit__(self, *_): return False
        with Ctx() as v: t+=v
    return t
""",
        "(20,)",
    ),
    "dec_wrap": (
        """
import functools
def deco(g):
    @functools.wraps(g)
    def w(*a,**k): return g(*a,**k)
    return w
@deco
def g(x): return x+1
def f(n):
    t=0
    for i in range(n): t=g(t)
    return t
""",
        "(300,)",
    ),
}

#: a body with more branches than one trace can hold
_BRANCHES = "".join(
    f"        if i % {k + 2}: a = (a + b * {k}) & 1023\n        else: c = (c ^ a) + {k}\n" for k in range(25)
)
SHAPES["long_body"] = (
    f"def f(n):\n    a = b = c = 1\n    for i in range(n):\n{_BRANCHES}    return a + b + c\n",
    "(100,)",
)
