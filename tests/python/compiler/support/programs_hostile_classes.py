"""Classes, their attributes and instances change in the middle of a loop that relies on them."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "method monkey",
    """
class A:
    def m(self,x): return x+1
    v=5
class B:
    def m(self,x): return x*100
    v=6
def f(n):
    a=A(); out=[]
    for i in range(n):
        out.append((a.m(i),a.v))
        if i==3: A.m=lambda self,x:-x
        if i==5: a.m=lambda x:'inst'
        if i==6: del a.m; a.__class__=B
        if i==7: a.v='own'
        if i==8: del a.v
    A.m=ORIG
    return out
ORIG=A.m
""",
    "f(4)",
    "f(12)",
)
add(
    "class attrs in loop",
    """
class A:
    __slots__=('x','y')
    def __init__(self): self.x=1; self.y=2.5
class P:
    @property
    def x(self): return 10
    y=1
class D:
    def __init__(self): self.x=1; self.y=1
    def __getattr__(self,n): return 99
def f(o,n):
    t=0
    for i in range(n):
        t=t+o.x+o.y
        if i==5 and hasattr(o,'__dict__'): o.__dict__['y']=3
        if i==7:
            try: del o.x
            except AttributeError as e: t=t+0.5
        if i==8:
            try: o.x=5
            except AttributeError as e: t=t+0.25
    return t
""",
    "f(A(),5)",
    "f(P(),5)",
    "f(D(),5)",
    "f(A(),10)",
    "f(P(),10)",
    "f(D(),10)",
    "f(3,2)",
)
add(
    "class body state",
    """
class Acc:
    total=0
    def __init__(s,v): s.v=v; Acc.total+=v
    def add(s,o): s.v+=o.v; return s
    def __iadd__(s,o): s.v+=o; return s
def f(n):
    a=Acc(0)
    for i in range(n):
        a.add(Acc(i)); a+=i*0.5
        if i==3: Acc.total='x';
        try: Acc(1)
        except TypeError as e: Acc.total=len(str(e))
    return a.v,Acc.total
def reset(): Acc.total=0
""",
    "(reset(),f(3))",
    "(reset(),f(8))",
    hinted="f Acc.__init__ Acc.add Acc.__iadd__",
)
add(
    "inherit override mid",
    """
class A:
    k=2
    def m(s,x): return x*s.k
class B(A): pass
class C(B): k=5
def f(n):
    out=[]; os=[A(),B(),C()]
    for i in range(n):
        o=os[i%3]
        out.append(o.m(i))
        if i==4: B.m=lambda s,x: 'B%d'%x
        if i==7: del B.m; A.k=3
        if i==9: C.__bases__=(A,)
        if i==11: o.m=lambda x:'own'
        if i==13: C.k=property(lambda s:9)
    A.k=2; C.k=5; C.__bases__=(B,)
    return out
""",
    "f(3)",
    "f(20)",
    hinted="f A.m",
)
add(
    "descr and getattr",
    """
class Desc:
    def __get__(s,o,t): log.append('g'); return 4
    def __set__(s,o,v): log.append(('s',v))
class A:
    d=Desc()
    def __getattribute__(s,n): log.append(n); return object.__getattribute__(s,n)
class S:
    __slots__=('a',)
log=[]
def f(o,n):
    log.clear(); t=0
    for i in range(n):
        t+=o.d
        o.d=i
    return t,log[:]
def g(n):
    s=S(); out=[]
    for i in range(n):
        try: out.append(s.a)
        except AttributeError as e: out.append(str(e))
        if i%2: s.a=i
        elif i>1: del s.a
    return out
""",
    "f(A(),3)",
    "g(3)",
    "g(7)",
    hinted="f g",
)
add(
    "type metaclass call",
    """
class M(type):
    def __call__(c,*a): log.append(a); return type.__call__(c,*a)
class A(metaclass=M):
    def __init__(s,x): s.x=x
class N:
    def __new__(c,x): return x if x==2 else object.__new__(c)
    def __init__(s,x): s.x=x
class R:
    def __init__(s,x): return x
log=[]
def f(n):
    log.clear(); t=[]
    for i in range(n):
        t.append(A(i).x); v=N(i); t.append(v if v==2 else v.x)
        try: R(i or None)
        except TypeError as e: t.append(str(e))
    return t,log[:]
""",
    "f(2)",
    "f(4)",
    hinted="f A.__init__ N.__init__ R.__init__",
)
add(
    "init swapped",
    """
class A:
    def __init__(s,x): s.x=x
def other(s,x): s.y=x; s.x=-x
def f(n):
    out=[]
    for i in range(n):
        a=A(i); out.append(sorted(vars(a).items()))
        if i==3: A.__init__=other
        if i==5: A.__new__=staticmethod(lambda c,x: object.__new__(c))
        if i==6: A.__setattr__=lambda s,k,v: object.__setattr__(s,k+'_',v);
        if i==6: break
    A.__init__=ORIG
    if '__setattr__' in vars(A): del A.__setattr__
    return out
ORIG=A.__init__
""",
    "f(3)",
    "f(8)",
    warm="f(3)",
    hinted="f A.__init__",
)
add(
    "attr dict games",
    """
class A: pass
def f(n):
    a=A(); a.x=0; a.y=1.5; out=[]
    for i in range(n):
        a.x+=i
        if i==2: a.__dict__={'x':100,'y':'s'}
        if i==3: a.__dict__['x']=2**63-1
        if i==4: vars(a).clear(); a.x=1; a.y=2
        if i==5: d=a.__dict__; d['z']=1; a.x=d
        if i==6: a.x=5; del a.y
        try: out.append((a.x if not isinstance(a.x,dict) else 'd',a.y))
        except AttributeError as e: out.append(str(e))
        if isinstance(a.x,dict): a.x=3
    return out,list(vars(a))
""",
    "f(2)",
    "f(10)",
)
