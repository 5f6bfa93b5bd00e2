"""Numbers at their edges: signs, sizes, kinds that change, and which objects are the same."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "int overflow chain",
    """
def f(a,n):
    for i in range(n):
        a=a*3+1
    return a
def g(a,n):
    t=0
    for i in range(n):
        t-=a; a+=a
    return t,a
""",
    "f(1,10)",
    "f(1,60)",
    "f(-7,80)",
    "g(2**61,5)",
    "g(-2**62,3)",
    "g(1,200)",
    hinted="f g",
)
add(
    "min int",
    """
def f(a,b):
    out=[]
    for op in range(8):
        try:
            if op==0: out.append(a//b)
            elif op==1: out.append(a%b)
            elif op==2: out.append(-a)
            elif op==3: out.append(abs(a))
            elif op==4: out.append(a-b)
            elif op==5: out.append(a*b)
            elif op==6: out.append(divmod(a,b))
            else: out.append((~a, a^b, a&b, a|b))
        except ZeroDivisionError as e: out.append(str(e))
    return out
""",
    "f(-2**63,-1)",
    "f(-2**63,1)",
    "f(2**63-1,-1)",
    "f(-2**63,0)",
    "f(7,-3)",
    "f(-7,3)",
    "f(-7,-3)",
    "f(0,-5)",
    "f(-2**63,-2**63)",
    "f(True,-1)",
    "f(False,True)",
    "f(2**63,2)",
)
add(
    "shifts",
    """
def f(a,b):
    out=[]
    for k in range(2):
        try: out.append(a<<b if k else a>>b)
        except (ValueError,OverflowError,MemoryError) as e: out.append(repr(e))
    return out
""",
    "f(1,62)",
    "f(1,63)",
    "f(1,64)",
    "f(-1,63)",
    "f(-1,64)",
    "f(5,-1)",
    "f(0,100)",
    "f(-1,200)",
    "f(2**62,1)",
    "f(-2**62,1)",
    "f(-2**63,63)",
    "f(True,3)",
    "f(3,True)",
    "f(0,2**70)",
)
add(
    "pow",
    """
def f(a,b):
    try: return a**b
    except Exception as e: return repr(e)
""",
    "f(2,10)",
    "f(2,63)",
    "f(2,64)",
    "f(-2,63)",
    "f(0,0)",
    "f(0,-1)",
    "f(2,-1)",
    "f(2.0,0.5)",
    "f(-8,1/3)",
    "f(0.0,-1)",
    "f(-0.0,3)",
    "f(float('nan'),0)",
    "f(1,float('nan'))",
    "f(True,True)",
    "f(1e308,2)",
)
add(
    "float edge",
    """
nan=float('nan'); inf=float('inf')
def f(a,b):
    out=[]
    for k in range(12):
        try:
            out.append([lambda:a+b,lambda:a-b,lambda:a*b,lambda:a/b,lambda:a//b,lambda:a%b,lambda:a<b,lambda:a==b,lambda:-a,lambda:abs(a),lambda:int(a),lambda:divmod(a,b)][k]())
        except Exception as e: out.append(repr(e))
    return repr(out)
def g(a,b):
    out=[]
    try: out.append(a//b)
    except Exception as e: out.append(repr(e))
    try: out.append(a%b)
    except Exception as e: out.append(repr(e))
    try: out.append(a/b)
    except Exception as e: out.append(repr(e))
    out+= [a+b,a-b,a*b,-a,abs(a),a<b,a<=b,a==b,a!=b,a>b,a>=b,bool(a),not b,min(a,b),max(a,b)]
    try: out.append(int(a))
    except Exception as e: out.append(repr(e))
    return repr(out)
""",
    *[
        f"g({a},{b})"
        for a in ("0.0", "-0.0", "nan", "inf", "-inf", "1.5", "-7.5", "5e-324", "1e308", "7", "-7", "True")
        for b in ("0.0", "-0.0", "nan", "inf", "-inf", "2.0", "-2.0", "1e-308", "3", "-3", "0")
    ],
    "f(1.0,-0.0)",
    hinted="f g",
)
add(
    "int float compare",
    """
def f(a,b): return (a<b,a<=b,a==b,a!=b,a>b,a>=b, a in (b,), a is b)
""",
    "f(2**53,2.0**53)",
    "f(2**53+1,2.0**53)",
    "f(2**63-1,2.0**63)",
    "f(-2**63,-2.0**63)",
    "f(10**400,1e308)",
    "f(1,float('nan'))",
    "f(True,1.0)",
    "f(0,-0.0)",
    "f(2**62+1,float(2**62))",
)
add(
    "identity",
    """
def f(n):
    out=[]
    for i in range(n):
        a=i; b=a; c=i+0; d=i*1
        out.append((a is b, a is i, c is i, d is i, (i+1) is (i+1), a+1-1 is i))
    x=1.5; y=x; z=x+0
    out.append((x is y, z is x, x*1 is x))
    t=(i,i); l=[i,i]
    out.append((t[0] is t[1], l[0] is i, t[0] is l[1], True is (1==1), (i>0) is True))
    return out
""",
    "f(5)",
    "f(300)[-40:]",
    "f(260)[250:]",
)
add(
    "identity through calls",
    """
def idn(x): return x
def g(x,y): return x is y
def f(n):
    out=[]
    for i in range(250,n):
        j=i*1
        out.append((idn(j) is j, g(j,j), g(j,i), g(j,j+0)))
    x=n/3
    out.append((idn(x) is x, g(x,x), [x][0] is x, (x,x)[1] is x))
    return out
""",
    "f(265)",
    hinted="f g idn",
)
add(
    "id stable",
    """
def f(n):
    x=n*1000; a=id(x); l=[]
    for i in range(5):
        l.append(x)
    return id(x)==a, len({id(v) for v in l}), id(l[0])==a
""",
    "f(1000)",
    "f(10.5)",
)
add(
    "float accumulate exact",
    """
def f(n):
    s=0.0; p=1.0; c=0.0
    for i in range(1,n):
        s+=1.0/i; p*=1.0+1.0/(i*i); c-=s*p%0.37; c=c**2 if abs(c)<5 else c/7
        if i%3==0: s=-s
    return s.hex(),p.hex(),c.hex()
""",
    "f(50)",
    "f(1000)",
)
add(
    "mixed int float flow",
    """
def f(n):
    x=0
    out=[]
    for i in range(n):
        x = x+1 if i%3 else x*1.5
        if i%7==6: x=int(x)
        if i%11==10: x=x>3
        out.append(x)
    return out
""",
    "f(5)",
    "f(40)",
)
add(
    "round/int/float conv",
    """
def f(a):
    out=[]
    for fn in (int,float,bool,str,round,abs):
        try: out.append(fn(a))
        except Exception as e: out.append(repr(e))
    try: out.append(int(a)+1)
    except Exception as e: out.append(repr(e))
    try: out.append(float(a)*2)
    except Exception as e: out.append(repr(e))
    try: out.append(str(a)+'x')
    except Exception as e: out.append(repr(e))
    return out
""",
    *[
        f"f({a})"
        for a in (
            "1",
            "-0.0",
            "1e300",
            "float('nan')",
            "float('inf')",
            "2**63",
            "-2**63",
            "2**1024",
            "True",
            "None",
            "'12'",
            "' 3.5 '",
            "2.5",
            "-2.5",
            "0.1+0.2",
            "9007199254740993",
            "1e16",
            "123456789012345680.0",
            "5e-324",
        )
    ],
)
add(
    "big loop counts & sum overflow",
    """
def f(a,b):
    t=a; n=0
    while t<b:
        t+=t//3+1; n+=1
        if n>400: break
    return t,n
""",
    "f(1,1000)",
    "f(1,2**62)",
    "f(1,2**66)",
    "f(1.0,1e6)",
    "f(-5,3)",
    "f(2**63-10,2**63+10)",
)
add(
    "bit tricks",
    """
def f(x,n):
    out=[]
    for i in range(n):
        x^=x<<13; x&=0xFFFFFFFFFFFFFFFF; x^=x>>7; x^=x<<17; x&=0xFFFFFFFFFFFFFFFF
        out.append(x%1000)
    return x,out
def g(x,n):
    for i in range(n):
        x=(x*6364136223846793005+1442695040888963407)&(2**64-1)
        x=~x if x&1 else -x
    return x
""",
    "f(88172645463325252,5)",
    "f(1,20)",
    "g(1,3)",
    "g(12345,30)",
    hinted="f g",
)
