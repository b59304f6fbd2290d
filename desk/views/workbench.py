from django.shortcuts import render


def workbench(request):
    """What waits for the actor. There is no work in the product yet, and the page says so."""
    return render(request, "desk/workbench.html")
